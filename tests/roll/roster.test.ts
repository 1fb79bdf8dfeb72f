import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_CONTINGENT } from '../../machines/contingent-context.ts';
import { Roster, RosterDraft } from '../../src/roll/roster.ts';
import { kernels } from '../support/roll-scenario.ts';

const { resolve } = kernels.contingent;
const strength = { low: 1, best: 1, high: 1 };
const stateOf = (value: string) => resolve(value, { ...NO_CONTINGENT, strength });
const changes = fc.array(
  fc.tuple(
    fc.constantFrom('alpha', 'bravo', 'charlie', 'delta', 'echo'),
    fc.constantFrom('warEnded', 'deployed.staging', 'deployed.committed').map(stateOf),
  ),
  { maxLength: 30 },
);
const wanted = fc.uniqueArray(fc.constantFrom('warEnded', 'deployed.staging', 'deployed.committed'));

test('contingents are found by state in the order in which they came, in a roster, a fork and a draft', () => {
  fc.assert(
    fc.property(changes, changes, wanted, (first, then, states) => {
      const roster = new Roster();
      for (const [id, state] of first) roster.set(id, state);
      const [fork, draft] = [roster.fork(), new RosterDraft(roster)];
      const whole = new Map(first);
      for (const [id, state] of then) {
        fork.set(id, state);
        draft.set(id, state);
        whole.set(id, state);
      }
      const isWanted = (value: string) => states.some((state) => state === value);
      const standing = (map: ReadonlyMap<string, { readonly value: string }>) =>
        [...map].filter(([, { value }]) => isWanted(value));
      const found = (some: Pick<Roster, 'inStates'>) =>
        some.inStates(isWanted).map(({ id, state }) => [id, state]);

      expect(found(fork)).toEqual(standing(whole));
      expect(found(draft)).toEqual(standing(whole));
      expect(found(roster)).toEqual(standing(new Map(first)));
      for (const [id, state] of whole) {
        expect(draft.get(id)).toBe(state);
        expect(draft.has(id)).toBe(true);
      }
    }),
  );
});
