import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fairStep, rankOf } from '../../../src/service/leases/fair-share.ts';

const counts = fc.array(fc.nat(40), { minLength: 1, maxLength: 6 });
const named = (held: readonly number[]) => new Map(held.map((count, index) => [`member-${index}`, count]));

test('all steps together take every free roll and leave shares that differ by one at most', () => {
  fc.assert(
    fc.property(counts, fc.nat(60), (held, free) => {
      const members = named(held);
      const steps = [...members].map(([name, count]) => ({ count, ...fairStep(members, free, name) }));
      const taken = steps.reduce((sum, { take }) => sum + take, 0);
      expect(taken).toBe(free);
      // What is given is free in the next round.
      const after = new Map(
        [...members].map(([name, count]) => {
          const { take, give } = fairStep(members, free, name);
          expect(give).toBeLessThanOrEqual(count + take);
          return [name, count + take - give];
        }),
      );
      const given = steps.reduce((sum, { give }) => sum + give, 0);
      const shares = [...after].map(([name, count]) => count + fairStep(after, given, name).take);
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(held.reduce((a, b) => a + b, 0) + free);
    }),
  );
});

test('equal shares move nothing', () => {
  expect(fairStep(named([4, 4, 3]), 0, 'member-0')).toEqual({ take: 0, give: 0 });
});

test('each roll has one member that ranks first, and the members come first about as often', () => {
  const members = ['one', 'two', 'three', 'four'];
  const firsts = new Map(members.map((member) => [member, 0]));
  for (let index = 0; index < 4_000; index++) {
    const ranks = members.map((member) =>
      rankOf(member, `theatre-${index % 100}.timeline-${index}`, members),
    );
    expect(ranks.toSorted()).toEqual([0, 1, 2, 3]);
    const winner = members[ranks.indexOf(0)] ?? '';
    firsts.set(winner, (firsts.get(winner) ?? 0) + 1);
  }
  for (const count of firsts.values()) expect(count).toBeGreaterThan(800);
});
