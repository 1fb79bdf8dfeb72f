import { describe, expect, test } from 'vitest';
import type { EventJson } from '../../support/examples.ts';
import { reportOn, tableOf } from '../../support/report-tables.ts';
import { corrected, deployed, fact, retracted } from '../../support/roll-scenario.ts';

const on = (day: string) => ({ time: `${day}T00:00:00Z` });
const whatIf = (day: string) => ({ ...on(day), basis: 'hypothetical' });
const alpha = { ...deployed('alpha'), ...on('2025-01-01') };
const bravo = { ...deployed('bravo'), ...on('2025-01-01') };
const exposed = (id: string, attributes: object) =>
  fact('exposure.revealed', id, { evidence: 'video', by: 'an outlet' }, { ...attributes });
const said = (
  what: 'confirmed' | 'acknowledged' | 'denied',
  by: string | null,
  id: string | null,
  attributes: object,
) => fact(`deployment.${what}`, id, by === null ? {} : { by }, { ...attributes });
const part = (of: string, id: string, attributes: object) =>
  fact('contingent.detached', of, { detachment: { id, strength: 10 } }, { ...attributes });

/** What each row of the table says, the what-if's marked. */
async function deniability(events: readonly EventJson[], view = {}): Promise<string[]> {
  const { rows } = tableOf(await reportOn('law', events, view), 'deniability');
  return rows.map(({ basis, cells: { state, contingent, deniability: level, since } }) =>
    [basis === 'hypothetical' ? 'what-if' : '', state, contingent ?? 'roll', level, since ?? '']
      .filter((word) => word !== '')
      .join(' '),
  );
}

describe('deniability', () => {
  test('is intact while nothing came out, and a denial changes nothing', async () => {
    expect(await deniability([alpha, said('denied', 'RU', null, on('2025-02-01'))])).toEqual([
      'KP roll intact',
      'RU roll intact',
    ]);
  });

  test('is degraded by an exposure or a confirmation, since the first of them', async () => {
    expect(
      await deniability([
        alpha,
        said('confirmed', 'KR', null, on('2025-02-01')),
        said('confirmed', 'US', null, on('2025-03-01')),
      ]),
    ).toEqual(['KP roll degraded 2025-02-01', 'RU roll degraded 2025-02-01']);
  });

  test('is lost by the state that acknowledges, degraded for the other, and no denial restores it', async () => {
    expect(
      await deniability([
        alpha,
        said('confirmed', 'KR', null, on('2025-02-01')),
        said('acknowledged', 'RU', null, on('2025-03-01')),
        said('denied', 'RU', null, on('2025-04-01')),
      ]),
    ).toEqual(['KP roll degraded 2025-02-01', 'RU roll lost 2025-03-01']);
    expect(await deniability([alpha, said('acknowledged', 'KP', null, on('2025-03-01'))])).toEqual([
      'KP roll lost 2025-03-01',
      'RU roll degraded 2025-03-01',
    ]);
  });

  test('is degraded, not lost, by one that acknowledges under another name or none', async () => {
    expect(
      await deniability([
        alpha,
        said('acknowledged', 'Russia', null, on('2025-03-01')),
        said('acknowledged', null, null, on('2025-04-01')),
      ]),
    ).toEqual(['KP roll degraded 2025-03-01', 'RU roll degraded 2025-03-01']);
  });

  test("of a contingent is its own and the roll's, and the roll stays without its facts", async () => {
    expect(
      await deniability([
        alpha,
        bravo,
        said('acknowledged', 'KP', 'alpha', on('2025-02-01')),
        exposed('bravo', on('2025-03-01')),
        said('acknowledged', 'RU', null, on('2025-04-01')),
      ]),
    ).toEqual([
      'KP roll degraded 2025-04-01',
      'RU roll lost 2025-04-01',
      'KP alpha lost 2025-02-01',
      'RU alpha lost 2025-04-01',
      'KP bravo degraded 2025-03-01',
      'RU bravo lost 2025-04-01',
    ]);
  });

  test('of a part is that of its whole when it left, and its own from then on', async () => {
    expect(
      (
        await deniability([
          alpha,
          part('alpha', 'early', on('2025-01-10')),
          exposed('alpha', on('2025-02-01')),
          part('alpha', 'late', on('2025-02-10')),
          said('acknowledged', 'KP', 'late', on('2025-03-01')),
        ])
      ).slice(2),
    ).toEqual([
      'KP alpha degraded 2025-02-01',
      'RU alpha degraded 2025-02-01',
      'KP late lost 2025-03-01',
      'RU late degraded 2025-02-01',
    ]);
  });

  test('of a what-if counts the reported facts too, and no reported row counts a what-if', async () => {
    expect(
      await deniability([
        alpha,
        exposed('alpha', on('2025-02-01')),
        said('acknowledged', 'RU', null, whatIf('2025-03-01')),
        part('alpha', 'imagined', whatIf('2025-04-01')),
      ]),
    ).toEqual([
      'KP roll intact',
      'what-if KP roll degraded 2025-03-01',
      'RU roll intact',
      'what-if RU roll lost 2025-03-01',
      'KP alpha degraded 2025-02-01',
      'what-if KP alpha degraded 2025-02-01',
      'RU alpha degraded 2025-02-01',
      'what-if RU alpha lost 2025-03-01',
      'what-if KP imagined degraded 2025-02-01',
      'what-if RU imagined lost 2025-03-01',
    ]);
  });

  test('is as if corrections and retractions had always been, and knows nothing early', async () => {
    const log = [
      alpha,
      said('acknowledged', 'RU', null, { ...on('2025-02-01'), observedtime: '2025-05-01T00:00:00Z' }),
    ];
    expect(await deniability([...log, retracted('e2', on('2025-06-01'))])).toEqual([
      'KP roll no event of this kind',
      'RU roll no event of this kind',
    ]);
    expect(await deniability([...log, corrected('e2', { data: { by: 'KP' } }, on('2025-06-01'))])).toEqual([
      'KP roll lost 2025-02-01',
      'RU roll degraded 2025-02-01',
    ]);
    expect(await deniability(log, { asKnownMs: Date.UTC(2025, 3, 1) })).toEqual([
      'KP roll no event of this kind',
      'RU roll no event of this kind',
    ]);
  });
});

describe('law', () => {
  test('lists sanctions, questions of law and what came out', async () => {
    const report = await reportOn('law', [
      alpha,
      fact('sanction.alleged', 'alpha', { by: ['KR', 'US'], target: 'Company A' }, on('2025-02-01')),
      fact('sanction.imposed', null, { by: [], target: 'Company A' }, on('2025-03-01')),
      fact('law.challenged', null, { forum: 'UN', question: 'Mercenaries?' }, on('2025-04-01')),
      exposed('alpha', on('2025-05-01')),
      said('denied', 'KP', null, on('2025-06-01')),
    ]);
    const cells = (id: string) => tableOf(report, id).rows.map((row) => row.cells);
    expect(cells('sanctions')).toMatchObject([
      { date: '2025-02-01', step: 'breach alleged', by: 'KR, US', target: 'Company A', contingent: 'alpha' },
      { date: '2025-03-01', step: 'sanctions imposed', by: null, contingent: null },
    ]);
    expect(cells('challenges')).toMatchObject([
      { date: '2025-04-01', forum: 'UN', question: 'Mercenaries?' },
    ]);
    expect(cells('exposures')).toMatchObject([
      { what: 'exposed', by: 'an outlet', evidence: 'video', contingent: 'alpha' },
      { what: 'denied', by: 'KP', evidence: null },
    ]);
  });

  test("tells each patron's latest stance in each matter, and since when it holds", async () => {
    const took = (stance: 'objected' | 'acquiesced', matter: string | null, attributes: object) =>
      fact(
        `patron.${stance}`,
        null,
        { patron: 'CN', ...(matter === null ? {} : { matter }) },
        { ...attributes },
      );
    const report = await reportOn('law', [
      alpha,
      took('objected', 'arms', on('2025-02-01')),
      took('acquiesced', 'arms', on('2025-03-01')),
      took('acquiesced', 'arms', on('2025-04-01')),
      took('objected', null, on('2025-05-01')),
      took('objected', 'arms', whatIf('2025-06-01')),
    ]);
    expect(
      tableOf(report, 'stances').rows.map(({ basis, cells: { matter, stance, since } }) => [
        basis,
        matter,
        stance,
        since,
      ]),
    ).toEqual([
      ['reported', 'arms', 'acquiesced', '2025-03-01'],
      ['hypothetical', 'arms', 'objected', '2025-06-01'],
      ['reported', null, 'objected', '2025-05-01'],
    ]);
    expect(tableOf(report, 'patrons').rows).toHaveLength(5);
  });
});
