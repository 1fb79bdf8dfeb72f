import { type RollId, THEATRE_ENTITY } from '../../events/ids.ts';
import type { RawEntry } from '../../src/roll/settlement.ts';
import { type Random, randomOf } from '../torture/random.ts';

/** An event of the work, as a producer writes it. */
export interface Written {
  readonly id: string;
  readonly entity: string;
  readonly time: string;
  readonly timeMs: number;
  readonly bytes: Uint8Array;
}

export const SOURCE = '/bench';
const FIRST_MS = Date.UTC(2024, 9, 13);
/** A minute apart: a million of them take two years. */
const STEP_MS = 60_000;
const AREAS = ['kursk', 'belgorod', 'donetsk', 'luhansk'] as const;
const utf8 = new TextEncoder();

type Payload = readonly [type: string, data: object];

/** What happens to a contingent while the war is on, over and over; the second of two alike is refused. */
const AT_WAR: readonly ((random: Random) => Payload)[] = [
  (random) => ['contingent.committed', { area: random.pick(AREAS) }],
  (random) => ['casualty.recorded', { killed: random.between(1, 3), wounded: random.between(0, 9) }],
  (random) => ['contingent.reinforced', { strength: random.between(5, 40) }],
  (random) => [
    'casualty.claimed',
    { series: 'NIS', measure: 'killed', cumulative: true, value: random.between(100, 400) },
  ],
  () => ['contingent.withdrawn', {}],
  () => ['contingent.withdrawn', {}],
  () => ['friction.reported', { kind: 'language', severity: 'low' }],
  (random) => ['contingent.committed', { area: random.pick(AREAS) }],
  (random) => ['casualty.recorded', { killed: random.between(1, 3), missing: random.between(0, 1) }],
  (random) => ['contingent.reinforced', { strength: random.between(5, 40) }],
  (random) => ['casualty.recorded', { wounded: random.between(1, 20) }],
  (random) => ['contingent.reinforced', { strength: random.between(5, 40) }],
  () => ['contingent.withdrawn', {}],
];

/** And after it: garrisons, screening, and home. */
const AFTER_WAR: readonly ((random: Random) => Payload)[] = [
  (random) => [
    'contingent.garrisoned',
    { role: 'border-guard', area: random.pick(AREAS), territory: 'russia' },
  ],
  (random) => ['contingent.retasked', { area: random.pick(AREAS) }],
  (random) => ['contingent.reinforced', { strength: random.between(5, 40) }],
  () => ['contingent.repatriated', { reason: 'rotation', route: 'vladivostok' }],
  () => ['contingent.arrived', { place: 'nampo' }],
  () => ['contingent.committed', {}],
  () => ['contingent.screened', { outcome: 'cleared' }],
  () => ['contingent.reassigned', { to: 'construction' }],
];

export interface Work {
  readonly events: number;
  readonly contingents: number;
  /** Whether the war ends half way, which moves everybody at once. */
  readonly endsWar?: boolean;
}

/**
 * A log as a theatre makes one: contingents come, then what happens to one after another, with sources, ratings and
 * notes; one event in ten is refused by the state it meets, one in a hundred is said twice. The same each time.
 */
export function* written({ events, contingents, endsWar = true }: Work): Generator<Written> {
  const random = randomOf(1, 'bench', events, contingents);
  const turns = new Uint32Array(contingents);
  const warEnds = endsWar ? contingents + Math.floor((events - contingents) / 2) : Number.POSITIVE_INFINITY;
  let before: Written | null = null;
  for (let index = 0; index < events; index++) {
    if (before !== null && index > contingents && index !== warEnds && index % 100 === 0) {
      yield before;
      continue;
    }
    const isOver = index > warEnds;
    const who = index < contingents ? index : random.between(0, contingents - 1);
    const cycle = isOver ? AFTER_WAR : AT_WAR;
    const turn = turns[who] ?? 0;
    if (index === warEnds) {
      turns.fill(0);
      before = event(index, null, ['war.ended', { variant: 'ceasefire', agreement: 'armistice line' }]);
    } else if (index < contingents) {
      before = event(index, who, deployed(random));
    } else {
      turns[who] = turn + 1;
      const next = cycle[turn % cycle.length];
      before = event(index, who, next === undefined ? deployed(random) : next(random));
    }
    yield before;
  }
}

function deployed(random: Random): Payload {
  const best = random.between(500, 2_000);
  const strength = { low: best - 100, best, high: best + 200 };
  return ['contingent.deployed', { strength, kind: 'infantry', origin: 'DPRK 11th Corps', area: 'primorye' }];
}

function event(index: number, who: number | null, [type, data]: Payload): Written {
  const id = `bench-${index}`;
  const timeMs = FIRST_MS + index * STEP_MS;
  const time = new Date(timeMs).toISOString();
  const entity = who === null ? THEATRE_ENTITY : `contingent-${who}`;
  const json = {
    specversion: '1.0',
    ...{ id, source: SOURCE, type, ...(who !== null && { subject: entity }), time, basis: 'reported' },
    ...{ observedtime: new Date(timeMs + 3_600_000).toISOString(), reliability: 'B', credibility: 2 },
    ...{ reporter: 'NIS', note: 'As told to lawmakers in a closed session, by two who were there', data },
  };
  return { id, entity, time, timeMs, bytes: utf8.encode(JSON.stringify(json)) };
}

/** Events as a fold takes them. */
export function* entries(events: Iterable<Written>, home: RollId): Generator<RawEntry> {
  let seq = 0;
  for (const { bytes } of events) yield { seq: ++seq, bytes, home };
}
