import { expect, test } from 'vitest';
import { LEASE_MS, World } from './world.ts';

const ROLLS = Array.from({ length: 12 }, (_, index) => `theatre.timeline-${index}`);

/** Three that have shared the rolls. */
async function three() {
  const world = new World(ROLLS);
  const [one, two, other] = ['one', 'two', 'three'].map((name) => world.join(name));
  if (one === undefined || two === undefined || other === undefined) throw new Error('no members');
  await world.pass(2 * LEASE_MS);
  expect(world.shares).toEqual([4, 4, 4]);
  return { world, one, two, other };
}

test('members share the rolls equally, and no roll has two holders at any time', async () => {
  const world = new World(ROLLS);
  const look = () => {
    for (const roll of ROLLS) expect(world.holdersOf(roll).length).toBeLessThan(2);
  };
  world.join('one');
  await world.pass(LEASE_MS / 2, look);
  expect(world.shares).toEqual([12]);
  world.join('two');
  world.join('three');
  await world.pass(LEASE_MS, look);
  expect(world.shares).toEqual([4, 4, 4]);
  world.join('four');
  await world.pass(LEASE_MS, look);
  expect(world.shares).toEqual([3, 3, 3, 3]);
});

test('one that leaves hands its rolls over before its lease is over', async () => {
  const { world, one, two, other } = await three();
  const left = one.leave();
  await world.pass(LEASE_MS / 2);
  await left;
  expect([one, two, other].map(({ holds }) => holds.size)).toEqual([0, 6, 6]);
});

test('the rolls of one that is stopped move when its lease is over; woken up, it loses them first and then competes', async () => {
  const { world, one, two, other } = await three();
  const had = [...one.holds];
  one.isStopped = true;
  await world.pass(LEASE_MS / 2);
  expect(world.shares).toEqual([4, 4, 4]);
  await world.pass(1.5 * LEASE_MS);
  expect([two.holds.size, other.holds.size]).toEqual([6, 6]);
  one.isStopped = false;
  await world.pass(10);
  expect(one.holds.size).toBe(0);
  expect([...one.lostAt.keys()].sort()).toEqual(had.sort());
  await world.pass(2 * LEASE_MS);
  expect(world.shares).toEqual([4, 4, 4]);
});

test('one whose wire is cut gives its rolls up before anybody else takes them', async () => {
  const { world, one } = await three();
  one.isCut = true;
  const cutAt = world.nowMs;
  await world.pass(2 * LEASE_MS, () => {
    for (const roll of ROLLS) expect(world.holdersOf(roll).length).toBeLessThan(2);
  });
  expect(world.shares).toEqual([0, 6, 6]);
  for (const lostAt of one.lostAt.values()) expect(lostAt - cutAt).toBeLessThanOrEqual(LEASE_MS + 10);
  one.isCut = false;
  await world.pass(2 * LEASE_MS);
  expect(world.shares).toEqual([4, 4, 4]);
});

test('a heartbeat that is late, though within the lease, costs nothing', async () => {
  const { world, one } = await three();
  const had = [...one.holds];
  one.isStopped = true;
  await world.pass(0.7 * LEASE_MS);
  one.isStopped = false;
  await world.pass(2 * LEASE_MS);
  expect([...one.holds]).toEqual(had);
  expect(one.lostAt.size).toBe(0);
});

test('one that was stopped takes nobody else for dead when it goes on', async () => {
  const { world, one, two, other } = await three();
  for (const actor of [one, two]) actor.isStopped = true;
  await world.pass(3 * LEASE_MS);
  expect(other.holds.size).toBe(12);
  const had = [...other.holds];
  for (const actor of [one, two]) actor.isStopped = false;
  await world.pass(20);
  expect([...other.holds]).toEqual(had);
  await world.pass(2 * LEASE_MS);
  expect(world.shares).toEqual([4, 4, 4]);
});

test('a roll whose taker got no answer is held by it all the same, whoever else came meanwhile', async () => {
  const roll = 'theatre.timeline';
  const world = new World([roll]);
  const taker = world.join('two');
  taker.isUnanswered = true;
  await world.pass(LEASE_MS / 2);
  world.join('one');
  await world.pass(LEASE_MS);
  taker.isUnanswered = false;
  await world.pass(2 * LEASE_MS);
  expect(world.holdersOf(roll)).toHaveLength(1);
});
