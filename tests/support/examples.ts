import type { z } from 'zod';
import type { CatalogueEntry, EventType } from '../../events/catalogue.ts';
import { type Form, type GoodForm, judgeEvent, type MusterEvent } from '../../events/event.ts';

/** The payload of a type as it is written. */
export type Written<T extends EventType> = z.input<Extract<CatalogueEntry, { type: T }>['data']>;

/** An event as it is written: whatever attributes a test gives it. */
export type EventJson = Readonly<Record<string, unknown>>;

/** When the examples happened. */
export const EXAMPLE_TIME = '2025-03-01T00:00:00Z';
export const EXAMPLE_SOURCE = '/tests/examples';

const part = { id: 'alpha-part', strength: { low: 80, best: 100, high: 120 } } as const;
const treatment = { programme: 'study sessions', place: 'pyongyang', detachment: part } as const;
const journey: Written<'contingent.relocated'> = {
  region: 'sahel',
  country: 'ML',
  services: ['training'],
  detachment: part,
};
const compensation = { kind: 'fuel', quantity: 1.5, unit: 'tonne', payer: 'RU', months: 6 } as const;

/** One well-formed payload of every type, with every key that the type knows (DOMAIN 6). */
export const examples: { readonly [T in EventType]: Written<T> } = {
  'war.ended': { variant: 'ceasefire', foreignTroopsBarred: true, agreement: 'Istanbul text' },
  'war.ending-changed': { variant: 'armistice', foreignTroopsBarred: false, agreement: 'Annex 2' },
  'war.resumed': { cause: 'shelling' },
  'tension.flared': { area: 'border', opposing: ['UA'], natoContact: false },
  'tension.eased': { area: 'border' },
  'contingent.deployed': {
    strength: { low: 900, best: 1000, high: 1200 },
    kind: 'infantry',
    origin: '11th Corps',
    posture: 'staging',
    area: 'border',
    background: 'light infantry',
    reliability: 'mixed',
    command: 'joint',
  },
  'contingent.committed': { area: 'front', detachment: part },
  'contingent.withdrawn': { area: 'rear', detachment: part },
  'contingent.repatriated': {
    reason: 'rotation',
    route: 'rail',
    borderPorosity: 'low',
    surveillance: 'high',
    detachment: part,
  },
  'contingent.arrived': { place: 'pyongyang', detachment: part },
  'contingent.screened': {
    outcome: 'cleared',
    conduct: 'good',
    method: 'interrogation',
    detachment: part,
  },
  'contingent.honoured': treatment,
  'contingent.reassigned': { to: 'construction', detachment: part },
  'contingent.re-educated': treatment,
  'contingent.punished': treatment,
  'contingent.released': treatment,
  'contingent.redeployed': { area: 'primorye', detachment: part },
  'contingent.garrisoned': {
    role: 'border-guard',
    area: 'border',
    territory: 'russia',
    relieves: { units: '2nd Brigade', strength: 3000 },
    detachment: part,
  },
  'contingent.retasked': { role: 'monitoring', area: 'coast', territory: 'occupied', detachment: part },
  'contingent.integrated': {
    status: 'formal',
    region: 'kursk',
    hostUnit: '810th Brigade',
    detachment: part,
  },
  'contingent.relocated': journey,
  'contingent.dispatched': journey,
  'contingent.recalled': journey,
  'contingent.pmc-transferred': {
    leadership: 'russian',
    company: 'Company A',
    region: 'sahel',
    sponsor: 'GRU',
    country: 'ML',
    quiet: true,
    services: ['escort'],
    detachment: part,
  },
  'contingent.leadership-changed': {
    leadership: 'north-korean',
    sponsor: 'Bureau 39',
    company: 'Company B',
    region: 'gulf',
    detachment: part,
  },
  'contingent.defected': { area: 'front', host: 'UA', detachment: part },
  'contingent.recaptured': { by: 'russia', detachment: part },
  'contingent.asylum-sought': { host: 'KR', detachment: part },
  'contingent.asylum-granted': { host: 'KR', detachment: part },
  'contingent.asylum-refused': { host: 'KR', detachment: part },
  'contingent.captured': { by: 'UA', area: 'front', detachment: part },
  'contingent.exchanged': { with: 'UA', detachment: part },
  'contingent.reinforced': { strength: 200 },
  'contingent.detached': { detachment: { ...part, background: 'engineers', reliability: 'suspect' } },
  'contingent.merged': { absorbed: 'bravo' },
  'casualty.recorded': { killed: 3, missing: 2, wounded: 10 },
  'strength.reassessed': { strength: { low: 850, best: 950, high: 1000 }, reason: 'imagery' },
  'casualty.claimed': {
    series: 'NIS',
    measure: 'killed',
    cumulative: true,
    value: { low: 300, best: 400, high: 600 },
  },
  'movement.announced': { strength: 1000, pathway: 'garrisoned', area: 'kursk' },
  'movement.assessed': { strength: 1000, pathway: 'pmc-transferred', area: 'sahel' },
  'strength.assessed': { strength: { low: 0, best: 0, high: 10 }, area: 'kursk' },
  'deployment.confirmed': { by: 'NATO' },
  'deployment.acknowledged': { by: 'KP' },
  'deployment.denied': { by: 'KP' },
  'defection.signalled': { count: 12, host: 'KR' },
  'compensation.delivered': compensation,
  'compensation.withheld': compensation,
  'compensation.claimed': compensation,
  'revenue.accrued': {
    stream: 'salaries',
    grossUsd: 2_000_000,
    stateShare: 0.75,
    period: '2025-Q1',
    medium: 'cash',
    linked: ['alpha'],
  },
  'contract.signed': { services: ['escort'], client: 'a mine', usd: 1e6 },
  'sanction.alleged': { by: ['US', 'KR'], target: 'Company A' },
  'sanction.imposed': { by: ['EU'], target: 'Company A' },
  'law.challenged': { forum: 'UN', question: 'Are they mercenaries?' },
  'patron.objected': { patron: 'CN', matter: 'the transfer' },
  'patron.acquiesced': { patron: 'CN', matter: 'the transfer' },
  'exposure.revealed': { evidence: 'video', by: 'OSINT' },
  'monitoring.tightened': { level: 'tight' },
  'friction.reported': { kind: 'language', severity: 'low' },
  'dissent.observed': { topics: ['pay'], scope: 'spread' },
  'propaganda.aired': { theme: 'heroes', outlet: 'KCTV' },
  'pressure.signalled': { target: ['KR'], style: 'drills' },
  'diplomatic.protested': { by: ['KR'], forum: 'UNSC' },
  'milestone.reached': { kind: 'treaty' },
  'assessment.made': { about: 'loyalty', scale: 'risk', value: 2, why: 'letters home' },
  'event.retracted': { target: { source: EXAMPLE_SOURCE, id: 'other' }, reason: 'a hoax' },
  'event.corrected': {
    target: { source: EXAMPLE_SOURCE, id: 'other' },
    reason: 'a typo',
    time: EXAMPLE_TIME,
    data: { cause: 'shelling' },
    attributes: {
      observedtime: EXAMPLE_TIME,
      timeprecision: 'week',
      reliability: 'B',
      credibility: 3,
      reporter: 'NIS',
      reporterkind: 'state-agency',
      reporturl: 'https://example.org/1',
      archivedurl: 'https://archive.example.org/1',
      contenthash: `sha256:${'0f'.repeat(32)}`,
      claim: 'claim',
      note: 'as it was said',
    },
  },
  'event.reinstated': { target: { source: EXAMPLE_SOURCE, id: 'other' }, reason: 'not a hoax after all' },
};

export const EVENT_TYPES = Object.keys(examples).filter((type): type is EventType =>
  Object.hasOwn(examples, type),
);

const WITHOUT_SUBJECT = /^(war|tension|event)\./;

/**
 * An event of a type, its envelope as short as the rules allow, with the example's payload; `attributes` add to it
 * or take its place.
 */
export function exampleEvent(type: EventType, attributes: EventJson = {}): EventJson {
  return {
    specversion: '1.0',
    id: 'example',
    source: EXAMPLE_SOURCE,
    type,
    ...(WITHOUT_SUBJECT.test(type) ? {} : { subject: 'alpha' }),
    time: EXAMPLE_TIME,
    basis: 'assessed',
    data: examples[type],
    ...attributes,
  };
}

const utf8 = new TextEncoder();

export function bytesOf(json: unknown): Uint8Array {
  return utf8.encode(JSON.stringify(json));
}

export function bytesOfText(text: string): Uint8Array {
  return utf8.encode(text);
}

/** The well-formed event that a form holds; a test that expects one and gets none fails here. */
export function mustBeGood(form: Form): GoodForm {
  if (!form.ok) throw new Error(`Expected a well-formed event: ${form.code} ${form.message}`);
  return form;
}

/** A well-formed event of a type, read. */
export function readExample(type: EventType, attributes: EventJson = {}): MusterEvent {
  return mustBeGood(judgeEvent(exampleEvent(type, attributes))).event;
}
