import type { ContingentEventType, EventType, TheatreEventType } from '../../events/catalogue.ts';
import type { Estimate } from '../../events/estimate.ts';
import { judgeEvent } from '../../events/event.ts';
import { type ContingentContext, NO_CONTINGENT } from '../../machines/contingent-context.ts';
import type { ContingentEvent } from '../../machines/contingent-event.ts';
import { HOSTILITIES, type Phase } from '../../machines/phase.ts';
import { EVENT_TYPES, exampleEvent, examples, mustBeGood, readExample } from '../support/examples.ts';
import { type Guard, PATHWAY_OF, type Row, type State, startsIn } from './table.ts';

const RELIABILITIES = ['reliable', 'mixed', 'suspect'] as const;

/** One thing that can happen to a contingent, with all that a guard could look at. */
export interface Case {
  readonly state: State;
  readonly context: ContingentContext;
  readonly event: ContingentEvent;
  /** The payload as written, for what an accepted event does to the context. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly title: string;
}

export const STRENGTH: Estimate = { low: 900, best: 1000, high: 1200 };

/** A contingent with something in every field, so that a lost or a mixed-up one shows. */
export const STANDING: ContingentContext = {
  ...NO_CONTINGENT,
  strength: STRENGTH,
  killed: 1,
  missing: 2,
  wounded: 3,
  unaccounted: 4,
  parent: 'origin-corps',
  kind: 'engineer',
  origin: 'origin',
  background: 'background',
  area: 'here',
  territory: 'other',
  role: 'second-tier',
  region: 'region',
  country: 'country',
  status: 'informal',
  hostUnit: 'host unit',
  leadership: 'russian',
  company: 'company',
  sponsor: 'sponsor',
  host: 'host',
};

const PHASES: readonly (readonly [string, Phase])[] = [
  ['war on', HOSTILITIES],
  ['war over', { name: 'ended', variant: 'ceasefire', foreignTroopsBarred: false }],
  ['war over, troops barred', { name: 'ended', variant: 'peace-treaty', foreignTroopsBarred: true }],
];

type Payload = Readonly<Record<string, unknown>>;

const without = (payload: Payload, ...keys: readonly string[]): Payload =>
  Object.fromEntries(Object.entries(payload).filter(([key]) => !keys.includes(key)));

/** The payloads of a type that differ in something a guard of the contract looks at. */
function payloads(type: EventType): readonly Payload[] {
  const example = without({ ...examples[type] }, type === 'contingent.detached' ? '' : 'detachment');
  switch (type) {
    case 'contingent.deployed':
      return [
        without(example, 'posture'),
        ...['staging', 'committed', 'rear'].map((posture) => ({ ...example, posture })),
      ];
    case 'contingent.screened':
      return ['cleared', 'honoured', 're-education', 'punishment'].map((outcome) => ({
        ...example,
        outcome,
      }));
    case 'contingent.garrisoned':
      return ['occupied', 'russia', 'other'].map((territory) => ({ ...example, territory }));
    case 'contingent.pmc-transferred':
    case 'contingent.leadership-changed':
      return ['russian', 'north-korean'].flatMap((leadership) => [
        { ...example, leadership },
        without({ ...example, leadership }, 'sponsor'),
      ]);
    case 'contingent.recaptured':
      return [{ by: 'north-korea' }, { by: 'russia' }];
    case 'contingent.detached':
      return [0, 1, 999, 1000, 1001].map((strength) => ({ detachment: { id: 'alpha-part', strength } }));
    case 'casualty.recorded':
      return [
        { wounded: 5000 },
        { killed: 3, missing: 2, wounded: 10 },
        { killed: 999 },
        { killed: 600, missing: 400 },
        { missing: 1000 },
        { killed: 600, missing: 401 },
      ];
    case 'strength.reassessed':
      return [{ low: 1, best: 400, high: 500 }, 1000, 1500].map((strength) => ({ ...example, strength }));
    case 'tension.flared':
    case 'tension.eased':
      return [{ area: 'here' }, { area: 'elsewhere' }];
    case 'war.ended':
      return [example, { variant: 'peace-treaty' }];
    default:
      return [example, without(example, ...Object.keys(example).filter((key) => isSpare(type, key)))];
  }
}

/** Whether a payload of the type is well-formed without the key. */
function isSpare(type: EventType, key: string): boolean {
  const data = without({ ...examples[type] }, key);
  return judgeEvent(exampleEvent(type, { data })).ok && type !== 'contingent.retasked';
}

function machineEvents(
  type: ContingentEventType | TheatreEventType,
  phase: Phase,
): readonly [ContingentEvent, Payload][] {
  if (type === 'contingent.merged') {
    const strength = { low: 10, best: 20, high: 30 };
    return (['absorber', 'absorbed'] as const).map((side) => [{ type, phase, side, strength }, { side }]);
  }
  return payloads(type).map((data) => {
    const { event } = mustBeGood(judgeEvent(exampleEvent(type, { data })));
    if (event.scope === 'information' || event.scope === 'correction' || event.type === 'contingent.merged') {
      throw new Error(`${event.type} reaches no contingent`);
    }
    return [{ ...event, phase }, data];
  });
}

/** The types that reach a contingent's machine: its own and those of its theatre. */
export const MACHINE_EVENT_TYPES = EVENT_TYPES.flatMap((type) => {
  const event = readExample(type);
  return event.scope === 'contingent' || event.scope === 'theatre' ? [event.type] : [];
});

export const STATES: readonly State[] = [
  'absent',
  ...Object.keys(PATHWAY_OF).filter((state): state is keyof typeof PATHWAY_OF => state in PATHWAY_OF),
];

/** The context that a contingent in a state has at least: nobody before it is deployed and after it is closed. */
function contextIn(state: State, reliability: ContingentContext['reliability']): ContingentContext {
  if (state === 'absent') return NO_CONTINGENT;
  const strength = state === 'closed' ? { low: 0, best: 0, high: 0 } : STRENGTH;
  return { ...STANDING, reliability, strength };
}

/** Every state with every type of event, in every case that a guard tells apart. */
export const CASES: readonly Case[] = STATES.flatMap((state) =>
  MACHINE_EVENT_TYPES.flatMap((type) =>
    PHASES.flatMap(([phaseName, phase]) =>
      machineEvents(type, phase).flatMap(([event, data]) =>
        RELIABILITIES.map((reliability) => ({
          state,
          context: contextIn(state, reliability),
          event,
          data,
          title: `${state} (${reliability}, ${phaseName}) with ${type} ${JSON.stringify(data)}`,
        })),
      ),
    ),
  ),
);

/** Whether the guard of a row holds in a case. */
function holds(guard: Guard, { event, context, data }: Case): boolean {
  const { phase } = event;
  const lost = event.type === 'casualty.recorded' ? (event.data.killed ?? 0) + (event.data.missing ?? 0) : 0;
  const part = event.type === 'contingent.detached' ? event.data.detachment.strength.best : 0;
  const { best } = context.strength;
  const answers: { readonly [K in keyof Guard]-?: boolean } = {
    war: guard.war === (phase.name === 'hostilities' ? 'on' : 'over'),
    posture:
      guard.posture === (['committed', 'rear'].find((p) => p === data['posture']) ?? 'staging or none'),
    outcome: guard.outcome === data['outcome'],
    suspect: context.reliability !== 'suspect',
    barredFromTerritory: !(
      phase.name === 'ended' &&
      phase.foreignTroopsBarred &&
      data['territory'] === 'occupied'
    ),
    leadership: guard.leadership === data['leadership'],
    sponsor: data['sponsor'] !== undefined,
    by: guard.by === data['by'],
    area: data['area'] === 'here',
    part: 0 < part && part < best,
    lost: guard.lost === 'whole strength' ? lost === best : lost < best,
    side: guard.side === data['side'],
  };
  return Object.entries(answers).every(([name, answer]) => !(name in guard) || answer);
}

/** The rows of a table that a case falls under. */
export function rowsFor(table: readonly Row[], one: Case): readonly Row[] {
  return table.filter(
    (row) => row.event === one.event.type && startsIn(row, one.state) && holds(row.guard ?? {}, one),
  );
}
