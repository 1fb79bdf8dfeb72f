import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Ancestor, segments } from '../../src/log/lineage.ts';

const roll = (timeline: string) => ({ theatre: 'a', timeline });

test('a roll without a base is all its own', () => {
  const expected = [{ roll: roll('record'), from: 1, to: Number.POSITIVE_INFINITY, offset: 0 }];
  expect(segments([{ roll: roll('record'), base: null }])).toEqual(expected);
});

test('each seq of a branch is stored where following the bases one by one leads', () => {
  const places = fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 5 });
  fc.assert(
    fc.property(places, fc.integer({ min: 1, max: 12 }), (seqs, seq) => {
      const lineage: Ancestor[] = seqs.map((place, index) => ({
        roll: roll(`t${index}`),
        base: { timeline: `t${index + 1}`, seq: place },
      }));
      lineage.push({ roll: roll(`t${seqs.length}`), base: null });
      const storedIn = lineage.find(({ base }) => seq > (base?.seq ?? 0))?.roll;
      const found = segments(lineage);
      expect(found.filter(({ from, to }) => from <= seq && seq <= to).map((segment) => segment.roll)).toEqual(
        [storedIn],
      );
      expect(found.every(({ from, to, offset }) => from <= to && from === offset + 1)).toBe(true);
      expect(found.map(({ from }) => from)).toEqual(
        found.map(({ from }) => from).sort((one, other) => one - other),
      );
    }),
  );
});
