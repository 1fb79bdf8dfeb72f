import { and, assign, setup } from 'xstate';
import type { DataOf } from '../events/catalogue.ts';
import { add, NOBODY, subtract, subtractCount } from '../events/estimate.ts';
import type { Pathway } from '../events/vocabulary.ts';
import { type ContingentContext, NO_CONTINGENT, type Standing } from './contingent-context.ts';
import type { ContingentEvent } from './contingent-event.ts';

type Posture = NonNullable<DataOf<'contingent.deployed'>['posture']>;
type Outcome = DataOf<'contingent.screened'>['outcome'];
type Captor = DataOf<'contingent.recaptured'>['by'];

/** Fields of a payload that describe where a contingent stands. */
type GivenStanding = { readonly type: string } & {
  readonly [K in keyof Standing]?: Standing[K] | undefined;
};

function overwrite(standing: Standing, given: GivenStanding): Standing {
  return {
    kind: given.kind ?? standing.kind,
    origin: given.origin ?? standing.origin,
    background: given.background ?? standing.background,
    reliability: given.reliability ?? standing.reliability,
    area: given.area ?? standing.area,
    territory: given.territory ?? standing.territory,
    role: given.role ?? standing.role,
    region: given.region ?? standing.region,
    country: given.country ?? standing.country,
    status: given.status ?? standing.status,
    hostUnit: given.hostUnit ?? standing.hostUnit,
    leadership: given.leadership ?? standing.leadership,
    company: given.company ?? standing.company,
    sponsor: given.sponsor ?? standing.sponsor,
    host: given.host ?? standing.host,
  };
}

function lost(event: ContingentEvent): number {
  if (event.type !== 'casualty.recorded') return 0;
  const { killed = 0, missing = 0 } = event.data;
  return killed + missing;
}

const contingent = setup({
  types: {
    context: {} as ContingentContext,
    events: {} as ContingentEvent,
    tags: {} as Pathway,
  },
  guards: {
    isWarOn: ({ event }) => event.phase.name === 'hostilities',
    isWarOver: ({ event }) => event.phase.name === 'ended',
    hasPosture: ({ event }, { posture }: { posture: Posture }) =>
      event.type === 'contingent.deployed' && event.data.posture === posture,
    hasOutcome: ({ event }, { outcome }: { outcome: Outcome }) =>
      event.type === 'contingent.screened' && event.data.outcome === outcome,
    isNotSuspect: ({ context }) => context.reliability !== 'suspect',
    isTerritoryOpen: ({ event }) =>
      event.type === 'contingent.garrisoned' &&
      !(
        event.phase.name === 'ended' &&
        event.phase.foreignTroopsBarred &&
        event.data.territory === 'occupied'
      ),
    isRussianLed: ({ event }) =>
      (event.type === 'contingent.pmc-transferred' || event.type === 'contingent.leadership-changed') &&
      event.data.leadership === 'russian',
    isNorthKoreanLedWithSponsor: ({ event }) =>
      (event.type === 'contingent.pmc-transferred' || event.type === 'contingent.leadership-changed') &&
      event.data.leadership === 'north-korean' &&
      event.data.sponsor !== undefined,
    isCaughtBy: ({ event }, { by }: { by: Captor }) =>
      event.type === 'contingent.recaptured' && event.data.by === by,
    isInArea: ({ context, event }) =>
      (event.type === 'tension.flared' || event.type === 'tension.eased') && event.data.area === context.area,
    isOnRoll: ({ context }) => context.strength.best > 0,
    isPartOfStrength: ({ context, event }) =>
      event.type === 'contingent.detached' &&
      event.data.detachment.strength.best > 0 &&
      event.data.detachment.strength.best < context.strength.best,
    isBelowStrength: ({ context, event }) => lost(event) < context.strength.best,
    isWholeStrength: ({ context, event }) => lost(event) === context.strength.best,
    isAbsorber: ({ event }) => event.type === 'contingent.merged' && event.side === 'absorber',
    isAbsorbed: ({ event }) => event.type === 'contingent.merged' && event.side === 'absorbed',
  },
  actions: {
    recordStanding: assign(({ context, event }) =>
      'data' in event ? overwrite(context, { type: event.type, ...event.data }) : context,
    ),
    enrol: assign({
      strength: ({ context, event }) =>
        event.type === 'contingent.deployed' ? event.data.strength : context.strength,
    }),
    reinforce: assign({
      strength: ({ context, event }) =>
        event.type === 'contingent.reinforced'
          ? add(context.strength, event.data.strength)
          : context.strength,
    }),
    takeOutPart: assign({
      strength: ({ context, event }) =>
        event.type === 'contingent.detached'
          ? subtract(context.strength, event.data.detachment.strength)
          : context.strength,
    }),
    absorb: assign({
      strength: ({ context, event }) =>
        event.type === 'contingent.merged' ? add(context.strength, event.strength) : context.strength,
    }),
    bookLosses: assign(({ context, event }) => {
      if (event.type !== 'casualty.recorded') return context;
      const { killed = 0, missing = 0, wounded = 0 } = event.data;
      return {
        strength: subtractCount(context.strength, killed + missing),
        killed: context.killed + killed,
        missing: context.missing + missing,
        wounded: context.wounded + wounded,
      };
    }),
    reassess: assign(({ context, event }) =>
      event.type === 'strength.reassessed'
        ? {
            strength: event.data.strength,
            unaccounted: context.unaccounted + context.strength.best - event.data.strength.best,
          }
        : context,
    ),
    strikeOff: assign({ strength: NOBODY }),
  },
});

const defect = {
  target: '#contingent.defected.atLarge',
  actions: 'recordStanding',
  description: 'They leave on their own',
} as const;

const goHome = {
  target: '#contingent.repatriated.inTransit',
  actions: 'recordStanding',
  description: 'Set off for home',
} as const;

const reinforce = { actions: 'reinforce', description: 'More troops join; they come from outside' } as const;

const garrison = {
  target: '#contingent.garrisoned.stationed',
  guard: and(['isWarOver', 'isTerritoryOpen']),
  actions: 'recordStanding',
  description: 'Stationed as a garrison, unless foreign troops are barred from occupied territory',
} as const;

const integrate = {
  target: '#contingent.integrated.serving',
  guard: 'isWarOver',
  actions: 'recordStanding',
  description: 'Taken into Russian units',
} as const;

const joinRussianCompany = {
  target: '#contingent.pmcTransferred.russianLed',
  guard: and(['isWarOver', 'isRussianLed']),
  actions: 'recordStanding',
  description: 'Transferred to a Russian-led private military company',
} as const;

const joinNorthKoreanCompany = {
  target: '#contingent.pmcTransferred.northKoreanLed',
  guard: and(['isWarOver', 'isNorthKoreanLedWithSponsor']),
  actions: 'recordStanding',
  description: 'Transferred to a North-Korean-led private military company, which needs a sponsor',
} as const;

const joinCompany = [joinRussianCompany, joinNorthKoreanCompany] as const;

const fallCaptive = {
  target: '#contingent.captured',
  actions: 'recordStanding',
  description: 'Taken prisoner',
} as const;

const reEducate = {
  target: '#contingent.reEducated.programme',
  actions: 'recordStanding',
  description: 'Sent to a programme of re-education',
} as const;

const release = {
  target: '#contingent.repatriated.settled',
  actions: 'recordStanding',
  description: 'Released to ordinary life',
} as const;

const relocate = { actions: 'recordStanding', description: 'Another region, the same service' } as const;

/** The life of one contingent, from its deployment to the last that is known of it (DOMAIN 3). */
export const contingentMachine = contingent.createMachine({
  id: 'contingent',
  description: 'A body of troops moved and counted together',
  context: NO_CONTINGENT,
  initial: 'absent',
  on: {
    'casualty.recorded': [
      {
        guard: 'isBelowStrength',
        actions: 'bookLosses',
        description: 'Killed and missing leave the strength',
      },
      {
        guard: and(['isOnRoll', 'isWholeStrength']),
        target: '.closed',
        actions: ['bookLosses', 'strikeOff'],
        description: 'Nobody is left',
      },
    ],
    'strength.reassessed': {
      guard: 'isOnRoll',
      actions: 'reassess',
      description: 'Counted anew; the difference is unaccounted for',
    },
    'contingent.detached': {
      guard: 'isPartOfStrength',
      actions: 'takeOutPart',
      description: 'A named part leaves and goes its own way',
    },
    'contingent.merged': [
      { guard: and(['isOnRoll', 'isAbsorber']), actions: 'absorb', description: 'Takes the other in' },
      {
        guard: and(['isOnRoll', 'isAbsorbed']),
        target: '.closed',
        actions: 'strikeOff',
        description: 'Taken in by the other',
      },
    ],
  },
  states: {
    absent: {
      description: 'Not on the roll yet',
      on: {
        'contingent.deployed': [
          {
            guard: 'isWarOver',
            target: 'warEnded',
            actions: ['recordStanding', 'enrol'],
            description: 'Sent after the war: nothing is decided about them',
          },
          {
            guard: { type: 'hasPosture', params: { posture: 'committed' } },
            target: 'deployed.committed',
            actions: ['recordStanding', 'enrol'],
            description: 'Sent straight into the fighting',
          },
          {
            guard: { type: 'hasPosture', params: { posture: 'rear' } },
            target: 'deployed.rear',
            actions: ['recordStanding', 'enrol'],
            description: 'Sent to the rear',
          },
          {
            target: 'deployed.staging',
            actions: ['recordStanding', 'enrol'],
            description: 'Sent to assemble and train',
          },
        ],
      },
    },
    deployed: {
      tags: 'deployed',
      description: 'At the war',
      initial: 'staging',
      on: {
        'contingent.repatriated': goHome,
        'contingent.defected': defect,
        'contingent.captured': { ...fallCaptive, guard: 'isWarOn' },
        'contingent.reinforced': reinforce,
        'war.ended': { target: 'warEnded', description: 'The war is over; nothing is decided about them' },
      },
      states: {
        staging: {
          description: 'Assembling and training',
          on: {
            'contingent.committed': {
              target: 'committed',
              actions: 'recordStanding',
              description: 'Into the fighting',
            },
            'contingent.withdrawn': {
              target: 'rear',
              actions: 'recordStanding',
              description: 'To the rear',
            },
          },
        },
        committed: {
          description: 'In the fighting',
          on: {
            'contingent.withdrawn': {
              target: 'rear',
              actions: 'recordStanding',
              description: 'Off the line',
            },
          },
        },
        rear: {
          description: 'Behind the line: reserve, engineering, construction',
          on: {
            'contingent.committed': {
              target: 'committed',
              actions: 'recordStanding',
              description: 'Into the fighting',
            },
          },
        },
      },
    },
    warEnded: {
      tags: 'war-ended',
      description: 'The war is over, nothing decided',
      on: {
        'contingent.repatriated': goHome,
        'contingent.re-educated': reEducate,
        'contingent.garrisoned': garrison,
        'contingent.integrated': integrate,
        'contingent.pmc-transferred': joinCompany,
        'contingent.defected': defect,
        'contingent.reinforced': reinforce,
        'war.resumed': { target: 'deployed.staging', description: 'The war is on again' },
      },
    },
    repatriated: {
      tags: 'repatriated',
      description: 'On the way home, or home',
      initial: 'inTransit',
      on: { 'contingent.defected': defect },
      states: {
        inTransit: {
          description: 'On the way home',
          on: {
            'contingent.arrived': {
              target: 'screening',
              actions: 'recordStanding',
              description: 'Home; interrogation begins',
            },
          },
        },
        screening: {
          description: 'Interrogated and sorted',
          on: {
            'contingent.screened': [
              {
                guard: { type: 'hasOutcome', params: { outcome: 'cleared' } },
                target: 'settled',
                actions: 'recordStanding',
                description: 'Cleared',
              },
              {
                guard: and([
                  { type: 'hasOutcome', params: { outcome: 'honoured' as const } },
                  'isNotSuspect',
                ]),
                target: 'honoured',
                actions: 'recordStanding',
                description: 'Shown as heroes, if politically reliable',
              },
              {
                guard: { type: 'hasOutcome', params: { outcome: 're-education' } },
                target: '#contingent.reEducated.programme',
                actions: 'recordStanding',
                description: 'Found in need of re-education',
              },
              {
                guard: { type: 'hasOutcome', params: { outcome: 'punishment' } },
                target: '#contingent.reEducated.punished',
                actions: 'recordStanding',
                description: 'Found guilty',
              },
            ],
            'contingent.re-educated': reEducate,
          },
        },
        honoured: {
          description: 'War heroes, for the prestige of the state',
          on: {
            'contingent.reassigned': {
              target: 'settled',
              actions: 'recordStanding',
              description: 'Other duties at home',
            },
          },
        },
        settled: {
          description: 'Home, in ordinary life or service',
          on: {
            'contingent.honoured': {
              guard: 'isNotSuspect',
              target: 'honoured',
              actions: 'recordStanding',
              description: 'Shown as heroes, if politically reliable',
            },
            'contingent.reassigned': { actions: 'recordStanding', description: 'Other duties at home' },
            'contingent.re-educated': reEducate,
            'contingent.redeployed': {
              guard: 'isWarOn',
              target: '#contingent.deployed.staging',
              actions: 'recordStanding',
              description: 'Sent to the war again',
            },
            'contingent.garrisoned': garrison,
            'contingent.integrated': integrate,
            'contingent.pmc-transferred': joinCompany,
          },
        },
      },
    },
    reEducated: {
      tags: 're-educated',
      description: 'In the hands of the state',
      initial: 'programme',
      on: { 'contingent.released': release, 'contingent.defected': defect },
      states: {
        programme: {
          description: 'In a programme of re-education',
          on: {
            'contingent.punished': {
              target: 'punished',
              actions: 'recordStanding',
              description: 'From programme to punishment',
            },
          },
        },
        punished: {
          description: 'Punished: camp, prison unit, worse',
          on: { 'contingent.pmc-transferred': joinRussianCompany },
        },
      },
    },
    garrisoned: {
      tags: 'garrisoned',
      description: 'A garrison abroad',
      initial: 'stationed',
      on: {
        'contingent.repatriated': goHome,
        'contingent.integrated': integrate,
        'contingent.pmc-transferred': joinCompany,
        'contingent.defected': defect,
        'contingent.reinforced': reinforce,
      },
      states: {
        stationed: {
          description: 'On station',
          on: {
            'contingent.retasked': {
              actions: 'recordStanding',
              description: 'Another role, area or territory',
            },
            'war.resumed': { target: 'flareUp', description: 'The war is on again, around them' },
            'tension.flared': {
              guard: 'isInArea',
              target: 'flareUp',
              description: 'On the front line of a flare-up',
            },
          },
        },
        flareUp: {
          description: 'On the front line of a flare-up',
          on: {
            'contingent.committed': {
              guard: 'isWarOn',
              target: '#contingent.deployed.committed',
              actions: 'recordStanding',
              description: 'From garrison into the fighting',
            },
            'contingent.captured': fallCaptive,
            'war.ended': { target: 'stationed', description: 'The war is over; they stand down' },
            'tension.eased': {
              guard: and(['isWarOver', 'isInArea']),
              target: 'stationed',
              description: 'They stand down',
            },
          },
        },
      },
    },
    integrated: {
      tags: 'integrated',
      description: 'Part of the Russian forces',
      initial: 'serving',
      on: {
        'contingent.repatriated': goHome,
        'contingent.garrisoned': garrison,
        'contingent.pmc-transferred': joinCompany,
        'contingent.defected': defect,
        'contingent.reinforced': reinforce,
      },
      states: {
        serving: {
          description: 'Serving in Russian units',
          on: {
            'contingent.relocated': relocate,
            'contingent.dispatched': {
              target: 'proxyDeployed',
              actions: 'recordStanding',
              description: 'To a proxy conflict',
            },
          },
        },
        proxyDeployed: {
          description: 'In a proxy conflict',
          on: {
            'contingent.recalled': {
              target: 'serving',
              actions: 'recordStanding',
              description: 'Back from the proxy conflict',
            },
            'contingent.captured': fallCaptive,
          },
        },
      },
    },
    pmcTransferred: {
      tags: 'pmc-transferred',
      description: 'In a private military company',
      initial: 'russianLed',
      on: {
        'contingent.repatriated': goHome,
        'contingent.integrated': integrate,
        'contingent.relocated': relocate,
        'contingent.defected': defect,
        'contingent.captured': fallCaptive,
        'contingent.reinforced': reinforce,
      },
      states: {
        russianLed: {
          description: 'Under Russian leadership',
          on: {
            'contingent.leadership-changed': {
              guard: 'isNorthKoreanLedWithSponsor',
              target: 'northKoreanLed',
              actions: 'recordStanding',
              description: 'Under North Korean leadership, with a sponsor',
            },
          },
        },
        northKoreanLed: {
          description: 'Under North Korean leadership, with a sponsor',
          on: {
            'contingent.leadership-changed': {
              guard: 'isRussianLed',
              target: 'russianLed',
              actions: 'recordStanding',
              description: 'Under Russian leadership',
            },
          },
        },
      },
    },
    defected: {
      tags: 'defected',
      description: 'Out of the hands of their states',
      initial: 'atLarge',
      states: {
        atLarge: {
          description: 'At large',
          on: {
            'contingent.recaptured': [
              {
                guard: { type: 'isCaughtBy', params: { by: 'north-korea' } },
                target: '#contingent.reEducated.punished',
                actions: 'recordStanding',
                description: 'Caught by North Korea',
              },
              {
                guard: { type: 'isCaughtBy', params: { by: 'russia' } },
                target: '#contingent.repatriated.inTransit',
                actions: 'recordStanding',
                description: 'Caught by Russia and handed back',
              },
            ],
            'contingent.asylum-sought': {
              target: 'inThirdCountry',
              actions: 'recordStanding',
              description: 'Asks a third country for asylum',
            },
          },
        },
        inThirdCountry: {
          description: 'In a third country, waiting',
          on: {
            'contingent.asylum-granted': {
              target: '#contingent.resettled',
              actions: 'recordStanding',
              description: 'Free to stay',
            },
            'contingent.asylum-refused': {
              target: '#contingent.repatriated.inTransit',
              actions: 'recordStanding',
              description: 'Sent back',
            },
          },
        },
      },
    },
    captured: {
      tags: 'captured',
      description: 'Prisoners of war',
      on: {
        'contingent.exchanged': {
          target: '#contingent.repatriated.inTransit',
          actions: 'recordStanding',
          description: 'Exchanged, on the way home',
        },
        'contingent.defected': {
          target: '#contingent.defected.inThirdCountry',
          actions: 'recordStanding',
          description: 'They choose not to go home',
        },
      },
    },
    resettled: { type: 'final', tags: 'defected', description: 'Granted asylum: out of the story' },
    closed: { type: 'final', description: 'Nobody is left: wiped out, or merged away' },
  },
});
