import { expect, onTestFinished, test } from 'vitest';
import { readEvent } from '../../events/event.ts';
import { type Upcaster, upcast, upcasters } from '../../events/upcasters.ts';
import { bytesOf, exampleEvent } from '../support/examples.ts';
import { corrected, deployed, fact, rollOf } from '../support/roll-scenario.ts';

const rename =
  (from: string, to: string): Upcaster =>
  ({ [from]: value, ...rest }) =>
    value === undefined ? rest : { ...rest, [to]: value };

/** Two made-up older versions of a type: its area was a zone, and before that a sector. */
function withOlderVersions(type: string): void {
  upcasters.set(type, [rename('sector', 'zone'), rename('zone', 'area')]);
  onTestFinished(() => {
    upcasters.delete(type);
  });
}

const read = (attributes: Readonly<Record<string, unknown>>) =>
  readEvent(bytesOf(exampleEvent('tension.eased', attributes)));

test.each([
  [{ data: { sector: 'kursk' } }],
  [{ schemaversion: 1, data: { sector: 'kursk' } }],
  [{ schemaversion: 2, data: { zone: 'kursk' } }],
  [{ schemaversion: 3, data: { area: 'kursk' } }],
])('%j is read in the shape of today', (attributes) => {
  withOlderVersions('tension.eased');
  const form = read(attributes);
  expect(form).toMatchObject({ ok: true, event: { data: { area: 'kursk' } }, written: { area: 'kursk' } });
});

test('an older shape is not taken for a newer one', () => {
  withOlderVersions('tension.eased');
  expect(read({ schemaversion: 3, data: { sector: 'kursk' } })).toMatchObject({ code: 'malformed' });
});

test.each([
  [2, '$.schemaversion: version 2 of tension.eased is not known; this Muster knows versions up to 1'],
  [0, expect.stringMatching(/^\$\.schemaversion: /)],
  ['1', expect.stringMatching(/^\$\.schemaversion: /)],
])('schemaversion %j is malformed', (schemaversion, message) => {
  expect(read({ schemaversion })).toMatchObject({ ok: false, code: 'malformed', message });
});

test('without upcasters a payload stays what it is', () => {
  const data = { area: 'kursk' };
  expect(upcast('tension.eased', 1, data)).toEqual({ ok: true, data });
});

test('a correction says of which version the payload is that it brings', async () => {
  withOlderVersions('contingent.committed');
  const committed = fact('contingent.committed', 'alpha', { sector: 'a' });
  const newer = { data: { area: 'b' } };
  const right = await rollOf([deployed('alpha'), committed, corrected('e2', newer, { schemaversion: 3 })]);
  expect(right.counts).toMatchObject({ accepted: 3, refused: 0 });
  const wrong = await rollOf([deployed('alpha'), committed, corrected('e2', newer, { schemaversion: 4 })]);
  expect(wrong.refusals).toMatchObject([
    { code: 'malformed', message: expect.stringMatching(/version 4 of contingent\.committed is not known/) },
  ]);
});
