import { expect, test } from 'vitest';
import { Identities, identityKey } from '../../src/roll/identities.ts';

const key = (place: number) => identityKey('/tests', `event-${place}`);

function taken(count: number): Identities {
  const identities = new Identities();
  for (let place = 1; place <= count; place++) {
    identities.take(key(place), place, place % 2 === 0 ? 'war.ended' : 'event.retracted', 2 ** 47 + place);
  }
  return identities;
}

test('every identity is found again, and no other', () => {
  const identities = taken(1_000);
  for (let place = 1; place <= 1_000; place++) {
    expect(identities.find(key(place))).toEqual({
      seq: place,
      type: place % 2 === 0 ? 'war.ended' : 'event.retracted',
      scope: place % 2 === 0 ? 'theatre' : 'correction',
      digest: 2 ** 47 + place,
    });
  }
  expect(identities.find(key(1_001))).toBeUndefined();
});

test.each([0, 1, 16, 17, 1_000])('%i of them are the same after a checkpoint, and go on', (count) => {
  const restored = new Identities();
  restored.restore(structuredClone(taken(count).dump()));
  expect(restored.dump()).toEqual(taken(count).dump());
  restored.take(key(count + 1), count + 1, 'war.ended', 7);
  for (let place = 1; place <= count + 1; place++) expect(restored.find(key(place))?.seq).toBe(place);
});

test('with a base, it finds that one’s and keeps its own', () => {
  const base = taken(3);
  const fork = new Identities(base);
  fork.take(key(4), 4, 'war.ended', 1);
  expect([1, 2, 3, 4].map((place) => fork.find(key(place))?.seq)).toEqual([1, 2, 3, 4]);
  expect(base.find(key(4))).toBeUndefined();
});

test('half surrogates and where source and id part tell identities apart', () => {
  const keys = [
    identityKey('/s', 'a\ud800'),
    identityKey('/s', 'a\ud801'),
    identityKey('/sa', ''),
    identityKey('/s', 'a'),
    identityKey('/s"', '"a'),
    identityKey('/s""', 'a'),
  ];
  expect(new Set(keys.map((one) => one.slice(0, 16))).size).toBe(keys.length);
});
