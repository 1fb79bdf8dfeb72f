import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { RollModel, rollDocument } from '../../src/readmodels/roll-document.ts';
import { foldLog } from '../../src/roll/fold.ts';
import { EXAMPLE_SOURCE } from '../support/examples.ts';
import { fact, kernels, written } from '../support/roll-scenario.ts';
import { LOGGED as roll, servingLog } from './support/serving-log.ts';

vi.setConfig({ testTimeout: 180_000 });

const answerSchema = z.looseObject({ machineVersion: z.string() });
const CONTINGENTS = 200;
/** More than are folded without a thread. */
const LOSSES = 20_000;
const second = (place: number) => new Date(Date.UTC(2025, 0, 1, 0, 0, place)).toISOString();

/** With a refusal, a duplicate, and a correction of something long past. */
function longLog(): Uint8Array[] {
  const unit = (place: number) => `unit-${place % CONTINGENTS}`;
  const strength = { strength: 1_000, kind: 'infantry', origin: 'corps' };
  const events = Array.from({ length: CONTINGENTS + LOSSES }, (_, place) =>
    place < CONTINGENTS
      ? fact('contingent.deployed', unit(place), strength, { time: second(place) })
      : fact('casualty.recorded', unit(place), { killed: 1 }, { time: second(place) }),
  );
  const target = { source: EXAMPLE_SOURCE, id: 'e300' };
  events.push(
    fact('contingent.committed', 'nobody', {}, { time: second(30_000) }),
    fact('event.retracted', null, { target, reason: 'counted twice' }, { time: second(30_001) }),
  );
  const texts = events.map((event, index) => Buffer.from(JSON.stringify(written(index + 1, event))));
  return [...texts, ...texts.slice(-1)];
}

test('a long log without a checkpoint is folded in a thread, and the roll goes on from there', async () => {
  const bytes = longLog();
  const { url, says } = await servingLog(bytes, { env: { MUSTER_LOG: 'info' } });

  const path = `${url}/api/rolls/ukraine/record`;
  const document = async () => {
    const { machineVersion: _, ...rest } = answerSchema.parse(await (await fetch(path)).json()); // of compiled code
    return rest;
  };
  const folded = async () => {
    const entries = bytes.map((text, index) => ({ seq: index + 1, bytes: text, home: roll }));
    const { fold, length } = await foldLog(
      kernels,
      () => entries,
      {},
      () => new RollModel(),
    );
    const { machineVersion: _, ...rest } = rollDocument(roll, length, fold);
    return rest;
  };
  await says(/Replayed the log in a thread/, 'stderr');
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(200);
  expect(await document()).toEqual(await folded());

  const post = async (text: Uint8Array) => {
    const headers = { 'content-type': 'application/cloudevents+json' };
    const { status } = await fetch(`${path}/events`, { method: 'POST', headers, body: Buffer.from(text) });
    if (status === 201) bytes.push(text);
    return status;
  };
  const losses = written(50_000, fact('casualty.recorded', 'unit-7', { killed: 2 }));
  expect(await post(Buffer.from(JSON.stringify(losses)))).toBe(201);
  expect(await post(longLog()[CONTINGENTS] ?? new Uint8Array())).toBe(200); // it is there already
  expect(await document()).toEqual(await folded());
});
