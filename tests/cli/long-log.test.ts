import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Gazetteer } from '../../src/readmodels/map/locate.ts';
import { mapDocument } from '../../src/readmodels/map/map-document.ts';
import { RollModel, rollDocument } from '../../src/readmodels/roll-document.ts';
import { Series } from '../../src/readmodels/series.ts';
import { foldLog, type ReadModel } from '../../src/roll/fold.ts';
import type { View } from '../../src/roll/view.ts';
import { readReference } from '../../src/service/reference.ts';
import { EXAMPLE_SOURCE } from '../support/examples.ts';
import { MappedRoll } from '../support/mapped-roll.ts';
import { fact, kernels, written } from '../support/roll-scenario.ts';
import { LOGGED as roll, servingLog } from './support/serving-log.ts';

vi.setConfig({ testTimeout: 180_000 });

/** More than go from thread to thread in one piece. */
const CONTINGENTS = 1_020;
const answerSchema = z.looseObject({ machineVersion: z.string().optional() });
const day = (place: number) => new Date(Date.UTC(2025, 0, 1 + place)).toISOString();

/** Long enough for views to be folded in a thread, with late reports and corrections among them. */
function longLog(): Uint8Array[] {
  const events = Array.from({ length: CONTINGENTS }, (_, place) =>
    fact(
      'contingent.deployed',
      `unit-${String(place).padStart(4, '0')}`,
      { strength: 100, kind: 'infantry', origin: 'corps' },
      { time: day(place % 90), observedtime: day((place % 90) + (place % 7)), timeline: 'record' },
    ),
  );
  for (let place = 0; place < 80; place++) {
    const unit = `unit-${String(place * 3).padStart(4, '0')}`;
    const losses = { killed: 1 + (place % 5), wounded: 2 };
    events.push(fact('casualty.recorded', unit, losses, { time: day(100 + (place % 20)) }));
  }
  const target = (id: string) => ({ target: { source: EXAMPLE_SOURCE, id }, reason: 'counted twice' });
  events.push(
    fact('event.retracted', null, target('e1050'), { time: day(130) }),
    fact('event.corrected', null, { ...target('e3'), time: day(95) }, { time: day(131) }),
    fact('contingent.committed', 'nobody', {}, { time: day(132) }),
  );
  return events.map((event, index) => Buffer.from(JSON.stringify(written(index + 1, event))));
}

test('views of a long log, folded in a thread of their own, are those that are folded here', async () => {
  const bytes = longLog();
  const { url } = await servingLog(bytes);
  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(`${url}/api/rolls/ukraine/record${path}`);
    expect(response.status, path).toBe(200);
    const { machineVersion: _, ...answer } = answerSchema.parse(await response.json()); // of compiled code: another
    return answer;
  };
  const folded = <R extends ReadModel>(view: View, newReadModel: () => R, to = bytes.length) => {
    const entries = bytes.slice(0, to).map((text, index) => ({ seq: index + 1, bytes: text, home: roll }));
    return foldLog(kernels, () => entries, view, newReadModel);
  };
  const document = async (view: View, to?: number) => {
    const { fold, length } = await folded(view, () => new RollModel(), to);
    const { machineVersion: _, ...rest } = rollDocument(roll, length, fold);
    return rest;
  };
  const asOfMs = Date.parse(day(110));
  const asKnownMs = Date.parse(day(60));

  const now = await document({});
  expect(now.contingents).toHaveLength(CONTINGENTS);
  expect(await ask('')).toEqual(now);
  expect(await ask(`?asOf=${day(110)}`)).toEqual(await document({ asOfMs }));
  expect(await ask(`?asKnown=${day(60)}`)).toEqual(await document({ asKnownMs }));
  expect(await ask(`?asOf=${day(110)}&asKnown=${day(60)}`)).toEqual(await document({ asOfMs, asKnownMs }));
  expect(await ask('?seq=1050')).toEqual(await document({}, 1050));
  const { contingents: _c, flows: _f, refusals: _r, ...distribution } = await document({ asOfMs });
  expect(await ask(`?asOf=${day(110)}&fields=distribution`)).toEqual({ ...distribution, basis: null });

  const { fold, length } = await folded({ asOfMs }, () => new MappedRoll());
  const { machineVersion: _m, ...map } = mapDocument(
    roll,
    length,
    fold,
    new Gazetteer((await readReference()).places),
  );
  expect(await ask(`/map?asOf=${day(110)}`)).toEqual(map);

  const inOrder = await folded({ asOfMs: Number.POSITIVE_INFINITY }, () => new Series());
  expect(await ask('/series')).toEqual({ items: inOrder.fold.readModel.points(), next: null });
  const known = await folded({ asOfMs: Number.POSITIVE_INFINITY, asKnownMs }, () => new Series());
  expect(await ask(`/series?asKnown=${day(60)}`)).toEqual({
    items: known.fold.readModel.points(),
    next: null,
  });
});

test('while one view is folded a few may wait; more are told to come again', async () => {
  const { url } = await servingLog(longLog());
  const path = `${url}/api/rolls/ukraine/record?fields=distribution&asOf=`;
  const answers = await Promise.all(
    Array.from({ length: 60 }, async (_, place) => {
      const answer = await fetch(`${path}${day(place)}`);
      await answer.text();
      return answer;
    }),
  );
  const refused = answers.filter(({ status }) => status === 503);
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(9);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.every(({ headers }) => headers.get('retry-after') === '30')).toBe(true);
});
