import { expect, test } from 'vitest';
import { Dissent } from '../../../src/readmodels/reports/dissent.ts';
import { Escalation } from '../../../src/readmodels/reports/escalation.ts';
import { Law } from '../../../src/readmodels/reports/law.ts';
import type { ReportModel } from '../../../src/readmodels/reports/report.ts';
import { Roster } from '../../../src/readmodels/reports/roster.ts';
import { foldLog } from '../../../src/roll/fold.ts';
import type { Transition } from '../../../src/roll/outcome.ts';
import type { EventJson } from '../../support/examples.ts';
import { deployed, fact, kernels, logOf, warEnded } from '../../support/roll-scenario.ts';

/** A model that was told of these events, and the contingents as they stood before each. */
async function told<M extends ReportModel>(model: M, events: readonly EventJson[]): Promise<M> {
  const roster = new Roster();
  const apply = (transition: Transition) => {
    model.apply(transition, roster);
    roster.apply(transition);
  };
  await foldLog(
    kernels,
    () => logOf(events),
    {},
    () => ({ apply }),
  );
  return model;
}

const dissent = (id: string | null, attributes = {}) =>
  fact('dissent.observed', id, { topics: [], scope: 'spread' }, attributes);

test('observations of dissent are counted by where the contingent stood', async () => {
  const model = await told(new Dissent(), [
    deployed('alpha'),
    dissent('alpha'),
    warEnded(),
    dissent('alpha'),
    dissent('alpha', { basis: 'hypothetical' }),
    dissent(null),
  ]);
  expect(model.observations('deployed', 'reported')).toBe(1);
  expect(model.observations('war-ended', 'reported')).toBe(1);
  expect(model.observations('war-ended', 'hypothetical')).toBe(1);
  expect(model.observations(null, 'reported')).toBe(1);
  expect(model.observations('garrisoned', 'reported')).toBe(0);
});

test('steps of escalation and of law are counted so too, and deniability is told of each contingent', async () => {
  const events = [
    deployed('alpha'),
    fact('pressure.signalled', 'alpha', { target: ['UA'] }),
    fact('diplomatic.protested', null, { by: ['UA'] }),
    fact('sanction.alleged', 'alpha', { by: ['KR'], target: 'the corps' }),
    fact('law.challenged', null, { forum: 'UN', question: 'Mercenaries?' }),
    fact('deployment.acknowledged', 'alpha', { by: 'RU' }),
  ];
  const escalation = await told(new Escalation(), events);
  expect([escalation.steps('deployed', 'reported'), escalation.steps(null, 'reported')]).toEqual([1, 1]);
  const law = await told(new Law(), events);
  expect([law.steps('deployed', 'reported'), law.steps(null, 'reported')]).toEqual([1, 1]);
  expect(law.deniability('RU', 'alpha', 'reported')).toBe('lost');
  expect(law.deniability('KP', 'alpha', 'reported')).toBe('degraded');
  expect(law.deniability('RU', null, 'reported')).toBe('intact');
});
