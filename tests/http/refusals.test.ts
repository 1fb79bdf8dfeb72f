import { expect, test } from 'vitest';
import { REFUSAL_CODES } from '../../src/roll/outcome.ts';
import { deployed, event, problemIn, startBench } from './bench.ts';

const on = (type: string, contingent: string | null, data: object, attributes: object = {}) =>
  event(type, contingent, data, { source: '/test', ...attributes });
const part = (id: string, strength: number) => ({ detachment: { id, strength } });

/** What the roll has when each event below is handed in. */
const BEFORE = [
  deployed('alpha', 100, { source: '/test', id: 'alpha-1' }),
  deployed('bravo', 10),
  on('contingent.repatriated', 'bravo', {}),
  deployed('charlie', 10),
  on('casualty.recorded', 'charlie', { killed: 10 }),
  on('event.retracted', null, { target: { source: '/test', id: 'alpha-1' }, reason: 'r' }, { id: 'c-1' }),
  on('event.reinstated', null, { target: { source: '/test', id: 'alpha-1' }, reason: 'r' }),
  on('war.ended', null, { variant: 'peace-treaty', foreignTroopsBarred: true }),
];

/** Each refusal, as whoever hands the event in reads it: what was found, where, and what to do. */
const REFUSALS = [
  ['malformed', on('contingent.committed', 'alpha', { aera: 'kursk' }), '$.data: unknown key "aera"'],
  [
    'malformed',
    { ...on('contingent.committed', 'alpha', {}), time: 'noon' },
    '$.time: expected an RFC 3339 date-time such as 2025-03-31T00:00:00Z',
  ],
  ['malformed', '{', '$: not JSON; expected one CloudEvents JSON object'],
  [
    'unknown-type',
    on('contingent.vanished', 'alpha', {}),
    '$.type: "contingent.vanished" is not in the catalogue; /asyncapi.json has the types there are',
  ],
  [
    'conflict',
    deployed('alpha', 99, { source: '/test', id: 'alpha-1' }),
    'source /test, id alpha-1 stands at seq 1 with another payload; event.corrected changes that event (time, data, attributes), a new fact needs a new id',
  ],
  [
    'unknown-target',
    on('event.retracted', null, { target: { source: '/test', id: 'alpha-9' }, reason: 'r' }),
    'the target (source /test, id alpha-9) is not in the log before it; check both in $.data.target, or send the target before',
  ],
  [
    'unknown-target',
    on('event.retracted', null, { target: { source: '/test', id: 'c-1' }, reason: 'r' }),
    'the target (source /test, id c-1) is a correction: reinstate or correct source /test, id alpha-1 (event.reinstated undoes what was retracted or corrected of it; of several event.corrected the last counts)',
  ],
  [
    'not-allowed',
    on('contingent.arrived', 'alpha', {}),
    'alpha is warEnded, which does not take contingent.arrived; it is taken in repatriated.inTransit',
  ],
  [
    'not-allowed',
    on('contingent.garrisoned', 'alpha', { area: 'kursk', territory: 'occupied', role: 'peacekeeping' }),
    'alpha is warEnded; contingent.garrisoned is refused by isTerritoryOpen: send it once that holds',
  ],
  [
    'not-allowed',
    on('war.resumed', null, {}),
    'the theatre is ended; war.resumed is refused by isResumable: send it once that holds',
  ],
  [
    'not-allowed',
    on('war.ended', null, { variant: 'armistice' }),
    'the theatre is ended, which does not take war.ended; it is taken in hostilities',
  ],
  [
    'not-allowed',
    on('contingent.merged', 'alpha', { absorbed: 'alpha' }),
    'alpha is warEnded; contingent.merged is refused: it cannot absorb itself, name another in absorbed',
  ],
  [
    'not-allowed',
    on('contingent.merged', 'alpha', { absorbed: 'bravo' }),
    'alpha is in war-ended, bravo in repatriated: contingent.merged stays within one pathway; bring them into one first',
  ],
  [
    'already-exists',
    deployed('alpha', 5),
    'alpha is on the roll already: warEnded; contingent.reinforced adds to it, another contingent needs another id',
  ],
  [
    'already-exists',
    on('contingent.detached', 'alpha', part('bravo', 5)),
    'bravo is on the roll already: repatriated.inTransit; give the part of alpha another id',
  ],
  [
    'unknown-contingent',
    on('contingent.committed', 'delta', {}),
    'delta is not on the roll: no event deployed or detached it; check the id, or deploy it before',
  ],
  [
    'unknown-contingent',
    on('contingent.merged', 'alpha', { absorbed: 'delta' }),
    'delta is not on the roll: no event deployed or detached it; check the id, or deploy it before',
  ],
  [
    'final',
    on('contingent.committed', 'charlie', {}),
    'charlie is closed: nothing more happens to it; if that is wrong, correct or retract the event that ended it',
  ],
  [
    'final',
    on('contingent.merged', 'alpha', { absorbed: 'charlie' }),
    'charlie is closed: nothing more happens to it; if that is wrong, correct or retract the event that ended it',
  ],
  [
    'conservation',
    on('casualty.recorded', 'alpha', { killed: 90, missing: 11 }),
    '101 killed and missing are more than the 100 of alpha; count each once, or send strength.reassessed before',
  ],
  [
    'conservation',
    on('contingent.detached', 'alpha', part('alpha-2', 100)),
    'a part of alpha has at least 1 and less than its 100, not 100; a whole contingent moves without a detachment',
  ],
] as const;

test('every code is refused with what was found, where, and what to do', async () => {
  const { post } = await startBench();
  for (const one of BEFORE) expect((await post(one)).status).toBe(201);
  const said: unknown[] = [];
  for (const [code, refused] of REFUSALS) {
    const problem = await problemIn(await post(refused));
    const { status, detail, refusal } = problem;
    expect({ refusal, detail }).toMatchObject({ refusal: { code, message: detail } });
    expect(status).toBe(code === 'malformed' || code === 'unknown-type' ? 400 : 422);
    said.push([code, detail]);
  }
  expect(said).toEqual(REFUSALS.map(([code, , message]) => [code, message]));
});

test('no code is left out', () => {
  expect(new Set(REFUSALS.map(([code]) => code))).toEqual(new Set(REFUSAL_CODES));
});
