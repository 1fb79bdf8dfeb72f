/**
 * DOMAIN 6 by hand: what each payload holds, kept apart from the schemas so that it can find errors in them. Of a
 * key: what it takes, and whether it must be there.
 */
export interface PayloadRules {
  readonly scope: 'theatre' | 'contingent' | 'information' | 'correction';
  readonly subject: 'required' | 'optional' | 'none';
  readonly required?: Readonly<Record<string, Kind>>;
  readonly optional?: Readonly<Record<string, Kind>>;
  /** "at least one of" these keys. */
  readonly atLeastOneOf?: readonly string[];
}

export type Kind =
  | 'text'
  | 'texts'
  | 'boolean'
  | 'amount'
  | 'persons'
  | 'estimate'
  | 'present'
  | 'share'
  | 'dollars'
  | 'zero-to-three'
  | 'contingent-id'
  | 'instant'
  | 'any-text'
  | 'content-hash'
  | 'one-to-six'
  | 'any-object'
  | { readonly oneOf: readonly string[] }
  | {
      readonly required?: Readonly<Record<string, Kind>>;
      readonly optional?: Readonly<Record<string, Kind>>;
      /** At least one key of those that are optional. */
      readonly isNeverEmpty?: boolean;
    };

const oneOf = (...values: readonly string[]): Kind => ({ oneOf: values });

const level = oneOf('low', 'medium', 'high');
const reliability = oneOf('reliable', 'mixed', 'suspect');
const territory = oneOf('occupied', 'russia', 'other');
const leadership = oneOf('russian', 'north-korean');
const role = oneOf('peacekeeping', 'monitoring', 'border-guard', 'infrastructure-guard', 'second-tier');
const variant = oneOf('ceasefire', 'armistice', 'frozen-conflict', 'peace-treaty');
const pathway = oneOf(
  'deployed',
  'war-ended',
  'repatriated',
  're-educated',
  'garrisoned',
  'integrated',
  'pmc-transferred',
  'defected',
  'captured',
);
const detachment: Kind = {
  required: { id: 'contingent-id', strength: 'estimate' },
  optional: { background: 'text', reliability },
};
const target: Kind = { required: { source: 'text', id: 'text' } };
const attributes: Kind = {
  optional: {
    observedtime: 'instant',
    timeprecision: oneOf('day', 'week', 'month'),
    reliability: oneOf('A', 'B', 'C', 'D', 'E', 'F'),
    credibility: 'one-to-six',
    reporter: 'any-text',
    reporterkind: oneOf('state-agency', 'military', 'media', 'ngo', 'state-media', 'witness', 'analyst'),
    reporturl: 'any-text',
    archivedurl: 'any-text',
    contenthash: 'content-hash',
    claim: oneOf('fact', 'claim', 'denial', 'speculation'),
    note: 'any-text',
  },
  isNeverEmpty: true,
};

type Keys = Pick<PayloadRules, 'required' | 'optional' | 'atLeastOneOf'>;

const theatreWide = (keys: Keys): PayloadRules => ({ scope: 'theatre', subject: 'none', ...keys });
const ofContingent = (keys: Keys): PayloadRules => ({ scope: 'contingent', subject: 'required', ...keys });
const moving = (keys: Keys): PayloadRules =>
  ofContingent({ ...keys, optional: { ...keys.optional, detachment } });
const known = (keys: Keys): PayloadRules => ({ scope: 'information', subject: 'optional', ...keys });
const knownOfContingent = (keys: Keys): PayloadRules => ({ ...known(keys), subject: 'required' });
const correction = (keys: Keys): PayloadRules => ({ scope: 'correction', subject: 'none', ...keys });

const ending = theatreWide({
  required: { variant },
  optional: { foreignTroopsBarred: 'boolean', agreement: 'text' },
});
const withArea = moving({ optional: { area: 'text' } });
const treatment = moving({ optional: { programme: 'text', place: 'text' } });
const journey = moving({ required: { region: 'text' }, optional: { country: 'text', services: 'texts' } });
const answer = moving({ optional: { host: 'text' } });
const movement = known({ required: { strength: 'estimate' }, optional: { pathway, area: 'text' } });
const deployment = known({ optional: { by: 'text' } });
const compensation = known({
  required: { kind: oneOf('weapons', 'fuel', 'cash', 'goods', 'food', 'technology', 'training') },
  optional: { quantity: 'amount', unit: 'text', payer: 'text', months: 'amount' },
});
const sanction = known({ required: { by: 'texts', target: 'text' } });
const patron = known({ required: { patron: 'text' }, optional: { matter: 'text' } });

export const transcription: Readonly<Record<string, PayloadRules>> = {
  'war.ended': ending,
  'war.ending-changed': ending,
  'war.resumed': theatreWide({ optional: { cause: 'text' } }),
  'tension.flared': theatreWide({
    required: { area: 'text' },
    optional: { opposing: 'texts', natoContact: 'boolean' },
  }),
  'tension.eased': theatreWide({ required: { area: 'text' } }),
  'contingent.deployed': ofContingent({
    required: {
      strength: 'present',
      kind: oneOf(
        'special-forces',
        'infantry',
        'artillery',
        'engineer',
        'construction',
        'instructor',
        'other',
      ),
      origin: 'text',
    },
    optional: {
      posture: oneOf('staging', 'committed', 'rear'),
      area: 'text',
      background: 'text',
      reliability,
      command: oneOf('russian', 'north-korean', 'joint'),
    },
  }),
  'contingent.committed': withArea,
  'contingent.withdrawn': withArea,
  'contingent.redeployed': withArea,
  'contingent.repatriated': moving({
    optional: {
      reason: oneOf('war-end', 'rotation', 'medical', 'evacuation', 'host-wants-to-forget'),
      route: 'text',
      borderPorosity: level,
      surveillance: level,
    },
  }),
  'contingent.arrived': moving({ optional: { place: 'text' } }),
  'contingent.screened': moving({
    required: { outcome: oneOf('cleared', 'honoured', 're-education', 'punishment') },
    optional: { conduct: 'text', method: 'text' },
  }),
  'contingent.honoured': treatment,
  'contingent.re-educated': treatment,
  'contingent.punished': treatment,
  'contingent.released': treatment,
  'contingent.reassigned': moving({ optional: { to: 'text' } }),
  'contingent.garrisoned': moving({
    required: { role, area: 'text', territory },
    optional: { relieves: { required: { units: 'text', strength: 'estimate' } } },
  }),
  'contingent.retasked': moving({
    optional: { role, area: 'text', territory },
    atLeastOneOf: ['role', 'area', 'territory'],
  }),
  'contingent.integrated': moving({
    required: { status: oneOf('formal', 'informal'), region: 'text' },
    optional: { hostUnit: 'text' },
  }),
  'contingent.relocated': journey,
  'contingent.dispatched': journey,
  'contingent.recalled': journey,
  'contingent.pmc-transferred': moving({
    required: { leadership, company: 'text', region: 'text' },
    optional: { sponsor: 'text', country: 'text', quiet: 'boolean', services: 'texts' },
  }),
  'contingent.leadership-changed': moving({
    required: { leadership },
    optional: { sponsor: 'text', company: 'text', region: 'text' },
  }),
  'contingent.defected': moving({ optional: { area: 'text', host: 'text' } }),
  'contingent.recaptured': moving({ required: { by: oneOf('north-korea', 'russia') } }),
  'contingent.asylum-sought': moving({ required: { host: 'text' } }),
  'contingent.asylum-granted': answer,
  'contingent.asylum-refused': answer,
  'contingent.captured': moving({ required: { by: 'text' }, optional: { area: 'text' } }),
  'contingent.exchanged': moving({ optional: { with: 'text' } }),
  'contingent.reinforced': ofContingent({ required: { strength: 'present' } }),
  'contingent.detached': ofContingent({ required: { detachment } }),
  'contingent.merged': ofContingent({ required: { absorbed: 'contingent-id' } }),
  'casualty.recorded': ofContingent({
    optional: { killed: 'persons', missing: 'persons', wounded: 'persons' },
    atLeastOneOf: ['killed', 'missing', 'wounded'],
  }),
  'strength.reassessed': ofContingent({ required: { strength: 'present', reason: 'text' } }),
  'casualty.claimed': known({
    required: {
      series: 'text',
      measure: oneOf('killed', 'wounded', 'total'),
      cumulative: 'boolean',
      value: 'estimate',
    },
  }),
  'movement.announced': movement,
  'movement.assessed': movement,
  'strength.assessed': known({ required: { strength: 'estimate' }, optional: { area: 'text' } }),
  'deployment.confirmed': deployment,
  'deployment.acknowledged': deployment,
  'deployment.denied': deployment,
  'defection.signalled': known({ optional: { count: 'persons', host: 'text' } }),
  'compensation.delivered': compensation,
  'compensation.withheld': compensation,
  'compensation.claimed': compensation,
  'revenue.accrued': known({
    required: { stream: 'text', grossUsd: 'dollars', stateShare: 'share', period: 'text' },
    optional: { medium: 'text', linked: 'texts' },
  }),
  'contract.signed': known({
    required: { services: 'texts', client: 'text' },
    optional: { usd: 'amount' },
  }),
  'sanction.alleged': sanction,
  'sanction.imposed': sanction,
  'law.challenged': known({ required: { forum: 'text', question: 'text' } }),
  'patron.objected': patron,
  'patron.acquiesced': patron,
  'exposure.revealed': knownOfContingent({ required: { evidence: 'text' }, optional: { by: 'text' } }),
  'monitoring.tightened': knownOfContingent({ required: { level: oneOf('light', 'tight') } }),
  'friction.reported': known({
    required: { kind: 'text', severity: oneOf('low', 'high', 'critical') },
  }),
  'dissent.observed': known({
    required: { topics: 'texts', scope: oneOf('spread', 'coordinate', 'act') },
  }),
  'propaganda.aired': known({ required: { theme: 'text' }, optional: { outlet: 'text' } }),
  'pressure.signalled': known({ required: { target: 'texts' }, optional: { style: 'text' } }),
  'diplomatic.protested': known({ required: { by: 'texts' }, optional: { forum: 'text' } }),
  'milestone.reached': known({ required: { kind: 'text' } }),
  'assessment.made': known({
    required: { about: 'text', scale: 'text', value: 'zero-to-three', why: 'text' },
  }),
  'event.retracted': correction({ required: { target, reason: 'text' } }),
  'event.corrected': correction({
    required: { target, reason: 'text' },
    optional: { time: 'instant', data: 'any-object', attributes },
    atLeastOneOf: ['time', 'data', 'attributes'],
  }),
  'event.reinstated': correction({ required: { target, reason: 'text' } }),
};
