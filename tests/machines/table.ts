import type { EventType } from '../../events/catalogue.ts';

/** Every leaf state of a contingent and the pathway it counts in (the first table of DOMAIN 3). */
export const PATHWAY_OF = {
  'deployed.staging': 'deployed',
  'deployed.committed': 'deployed',
  'deployed.rear': 'deployed',
  warEnded: 'war-ended',
  'repatriated.inTransit': 'repatriated',
  'repatriated.screening': 'repatriated',
  'repatriated.honoured': 'repatriated',
  'repatriated.settled': 'repatriated',
  'reEducated.programme': 're-educated',
  'reEducated.punished': 're-educated',
  'garrisoned.stationed': 'garrisoned',
  'garrisoned.flareUp': 'garrisoned',
  'integrated.serving': 'integrated',
  'integrated.proxyDeployed': 'integrated',
  'pmcTransferred.russianLed': 'pmc-transferred',
  'pmcTransferred.northKoreanLed': 'pmc-transferred',
  'defected.atLarge': 'defected',
  'defected.inThirdCountry': 'defected',
  captured: 'captured',
  resettled: 'defected',
  closed: null,
} as const;

export type State = keyof typeof PATHWAY_OF | 'absent';

export const FINAL_STATES: readonly State[] = ['resettled', 'closed'];

/** What a row may ask of an event, of the contingent and of the theatre. Absent: it does not matter. */
export interface Guard {
  readonly war?: 'on' | 'over';
  readonly posture?: 'committed' | 'rear' | 'staging or none';
  readonly outcome?: string;
  readonly suspect?: false;
  readonly barredFromTerritory?: false;
  readonly leadership?: 'russian' | 'north-korean';
  readonly sponsor?: 'in this payload';
  readonly by?: string;
  readonly area?: 'same';
  readonly part?: 'of the whole';
  readonly lost?: 'below strength' | 'whole strength';
  readonly side?: 'absorber' | 'absorbed';
}

export interface Row {
  readonly event: EventType;
  /** States, or `parent.*` for every sub-state. */
  readonly from: readonly string[];
  readonly guard?: Guard;
  readonly to: State | 'stays';
}

const EVERY_NON_FINAL = [
  'deployed.*',
  'warEnded',
  'repatriated.*',
  'reEducated.*',
  'garrisoned.*',
  'integrated.*',
  'pmcTransferred.*',
  'defected.*',
  'captured',
] as const;

const AT_THE_STATES_DISPOSAL = ['warEnded', 'repatriated.settled', 'garrisoned.*', 'integrated.*'] as const;

/** The transitions of a contingent, row by row as DOMAIN 3 lists them. */
export const contingentTable: readonly Row[] = [
  { event: 'contingent.deployed', from: ['absent'], guard: { war: 'over' }, to: 'warEnded' },
  {
    event: 'contingent.deployed',
    from: ['absent'],
    guard: { war: 'on', posture: 'staging or none' },
    to: 'deployed.staging',
  },
  {
    event: 'contingent.deployed',
    from: ['absent'],
    guard: { war: 'on', posture: 'committed' },
    to: 'deployed.committed',
  },
  {
    event: 'contingent.deployed',
    from: ['absent'],
    guard: { war: 'on', posture: 'rear' },
    to: 'deployed.rear',
  },
  {
    event: 'contingent.committed',
    from: ['deployed.staging', 'deployed.rear'],
    to: 'deployed.committed',
  },
  {
    event: 'contingent.committed',
    from: ['garrisoned.flareUp'],
    guard: { war: 'on' },
    to: 'deployed.committed',
  },
  {
    event: 'contingent.withdrawn',
    from: ['deployed.staging', 'deployed.committed'],
    to: 'deployed.rear',
  },
  {
    event: 'contingent.repatriated',
    from: ['deployed.*', 'warEnded', 'garrisoned.*', 'integrated.*', 'pmcTransferred.*'],
    to: 'repatriated.inTransit',
  },
  { event: 'contingent.arrived', from: ['repatriated.inTransit'], to: 'repatriated.screening' },
  {
    event: 'contingent.screened',
    from: ['repatriated.screening'],
    guard: { outcome: 'cleared' },
    to: 'repatriated.settled',
  },
  {
    event: 'contingent.screened',
    from: ['repatriated.screening'],
    guard: { outcome: 'honoured', suspect: false },
    to: 'repatriated.honoured',
  },
  {
    event: 'contingent.screened',
    from: ['repatriated.screening'],
    guard: { outcome: 're-education' },
    to: 'reEducated.programme',
  },
  {
    event: 'contingent.screened',
    from: ['repatriated.screening'],
    guard: { outcome: 'punishment' },
    to: 'reEducated.punished',
  },
  {
    event: 'contingent.honoured',
    from: ['repatriated.settled'],
    guard: { suspect: false },
    to: 'repatriated.honoured',
  },
  {
    event: 'contingent.reassigned',
    from: ['repatriated.honoured', 'repatriated.settled'],
    to: 'repatriated.settled',
  },
  {
    event: 'contingent.re-educated',
    from: ['warEnded', 'repatriated.screening', 'repatriated.settled'],
    to: 'reEducated.programme',
  },
  { event: 'contingent.punished', from: ['reEducated.programme'], to: 'reEducated.punished' },
  { event: 'contingent.released', from: ['reEducated.*'], to: 'repatriated.settled' },
  {
    event: 'contingent.redeployed',
    from: ['repatriated.settled'],
    guard: { war: 'on' },
    to: 'deployed.staging',
  },
  {
    event: 'contingent.garrisoned',
    from: ['warEnded', 'repatriated.settled', 'integrated.*'],
    guard: { war: 'over', barredFromTerritory: false },
    to: 'garrisoned.stationed',
  },
  { event: 'contingent.retasked', from: ['garrisoned.stationed'], to: 'stays' },
  {
    event: 'contingent.integrated',
    from: ['warEnded', 'repatriated.settled', 'garrisoned.*', 'pmcTransferred.*'],
    guard: { war: 'over' },
    to: 'integrated.serving',
  },
  { event: 'contingent.relocated', from: ['integrated.serving', 'pmcTransferred.*'], to: 'stays' },
  { event: 'contingent.dispatched', from: ['integrated.serving'], to: 'integrated.proxyDeployed' },
  { event: 'contingent.recalled', from: ['integrated.proxyDeployed'], to: 'integrated.serving' },
  {
    event: 'contingent.pmc-transferred',
    from: AT_THE_STATES_DISPOSAL,
    guard: { war: 'over', leadership: 'russian' },
    to: 'pmcTransferred.russianLed',
  },
  {
    event: 'contingent.pmc-transferred',
    from: AT_THE_STATES_DISPOSAL,
    guard: { war: 'over', leadership: 'north-korean', sponsor: 'in this payload' },
    to: 'pmcTransferred.northKoreanLed',
  },
  {
    event: 'contingent.pmc-transferred',
    from: ['reEducated.punished'],
    guard: { war: 'over', leadership: 'russian' },
    to: 'pmcTransferred.russianLed',
  },
  {
    event: 'contingent.leadership-changed',
    from: ['pmcTransferred.russianLed'],
    guard: { leadership: 'north-korean', sponsor: 'in this payload' },
    to: 'pmcTransferred.northKoreanLed',
  },
  {
    event: 'contingent.leadership-changed',
    from: ['pmcTransferred.northKoreanLed'],
    guard: { leadership: 'russian' },
    to: 'pmcTransferred.russianLed',
  },
  {
    event: 'contingent.defected',
    from: [
      'deployed.*',
      'warEnded',
      'repatriated.*',
      'reEducated.*',
      'garrisoned.*',
      'integrated.*',
      'pmcTransferred.*',
    ],
    to: 'defected.atLarge',
  },
  { event: 'contingent.defected', from: ['captured'], to: 'defected.inThirdCountry' },
  {
    event: 'contingent.recaptured',
    from: ['defected.atLarge'],
    guard: { by: 'north-korea' },
    to: 'reEducated.punished',
  },
  {
    event: 'contingent.recaptured',
    from: ['defected.atLarge'],
    guard: { by: 'russia' },
    to: 'repatriated.inTransit',
  },
  { event: 'contingent.asylum-sought', from: ['defected.atLarge'], to: 'defected.inThirdCountry' },
  { event: 'contingent.asylum-granted', from: ['defected.inThirdCountry'], to: 'resettled' },
  { event: 'contingent.asylum-refused', from: ['defected.inThirdCountry'], to: 'repatriated.inTransit' },
  { event: 'contingent.captured', from: ['deployed.*'], guard: { war: 'on' }, to: 'captured' },
  {
    event: 'contingent.captured',
    from: ['garrisoned.flareUp', 'integrated.proxyDeployed', 'pmcTransferred.*'],
    to: 'captured',
  },
  { event: 'contingent.exchanged', from: ['captured'], to: 'repatriated.inTransit' },
  {
    event: 'contingent.reinforced',
    from: ['deployed.*', 'warEnded', 'garrisoned.*', 'integrated.*', 'pmcTransferred.*'],
    to: 'stays',
  },
  { event: 'contingent.detached', from: EVERY_NON_FINAL, guard: { part: 'of the whole' }, to: 'stays' },
  { event: 'contingent.merged', from: EVERY_NON_FINAL, guard: { side: 'absorber' }, to: 'stays' },
  { event: 'contingent.merged', from: EVERY_NON_FINAL, guard: { side: 'absorbed' }, to: 'closed' },
  { event: 'casualty.recorded', from: EVERY_NON_FINAL, guard: { lost: 'below strength' }, to: 'stays' },
  { event: 'casualty.recorded', from: EVERY_NON_FINAL, guard: { lost: 'whole strength' }, to: 'closed' },
  { event: 'strength.reassessed', from: EVERY_NON_FINAL, to: 'stays' },
  { event: 'war.ended', from: ['deployed.*'], to: 'warEnded' },
  { event: 'war.ended', from: ['garrisoned.flareUp'], to: 'garrisoned.stationed' },
  { event: 'war.resumed', from: ['warEnded'], to: 'deployed.staging' },
  { event: 'war.resumed', from: ['garrisoned.stationed'], to: 'garrisoned.flareUp' },
  {
    event: 'tension.flared',
    from: ['garrisoned.stationed'],
    guard: { area: 'same' },
    to: 'garrisoned.flareUp',
  },
  {
    event: 'tension.eased',
    from: ['garrisoned.flareUp'],
    guard: { area: 'same', war: 'over' },
    to: 'garrisoned.stationed',
  },
];

/** Whether a row starts in a state. */
export function startsIn({ from }: Row, state: string): boolean {
  return from.some((pattern) =>
    pattern.endsWith('.*') ? state.startsWith(pattern.slice(0, -1)) : state === pattern,
  );
}
