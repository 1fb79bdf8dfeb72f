import { assign, setup } from 'xstate';
import type { DataOf, TheatreEventType } from '../events/catalogue.ts';
import { HOSTILITIES, type Phase } from './phase.ts';

export interface TheatreContext {
  readonly phase: Phase;
  /** Areas where tension flared and has not eased since. */
  readonly flaredAreas: readonly string[];
}

export type TheatreEvent = {
  [T in TheatreEventType]: { readonly type: T; readonly data: DataOf<T> };
}[TheatreEventType];

const tension = {
  'tension.flared': {
    actions: 'recordFlare',
    description: 'Garrisons in the area stand on the front line',
  },
  'tension.eased': {
    actions: 'recordEasing',
    description: 'Garrisons in the area stand down, when the war is over',
  },
} as const;

/** One war: hostilities, and the ways in which they end (DOMAIN 3). Its facts fan out to every contingent in it. */
export const theatreMachine = setup({
  types: { context: {} as TheatreContext, events: {} as TheatreEvent },
  guards: {
    isAnotherEnding: ({ context: { phase }, event }) =>
      event.type === 'war.ending-changed' &&
      phase.name === 'ended' &&
      (event.data.variant !== phase.variant || event.data.foreignTroopsBarred !== phase.foreignTroopsBarred),
    isResumable: ({ context: { phase } }) => phase.name === 'ended' && phase.variant !== 'peace-treaty',
  },
  actions: {
    recordEnding: assign(({ context, event }) => {
      if (event.type !== 'war.ended' && event.type !== 'war.ending-changed') return context;
      const { variant, foreignTroopsBarred } = event.data;
      return { phase: { name: 'ended', variant, foreignTroopsBarred } };
    }),
    recordHostilities: assign({ phase: HOSTILITIES }),
    recordFlare: assign({
      flaredAreas: ({ context: { flaredAreas }, event }) =>
        event.type === 'tension.flared' && !flaredAreas.includes(event.data.area)
          ? [...flaredAreas, event.data.area]
          : flaredAreas,
    }),
    recordEasing: assign({
      flaredAreas: ({ context: { flaredAreas }, event }) =>
        event.type === 'tension.eased' ? flaredAreas.filter((area) => area !== event.data.area) : flaredAreas,
    }),
  },
}).createMachine({
  id: 'theatre',
  description: 'One war and every contingent in it',
  context: { phase: HOSTILITIES, flaredAreas: [] },
  initial: 'hostilities',
  states: {
    hostilities: {
      description: 'The war is on',
      on: {
        'war.ended': {
          target: 'ended',
          actions: 'recordEnding',
          description: 'Deployed contingents await a decision; flared-up garrisons stand down',
        },
        ...tension,
      },
    },
    ended: {
      description: 'The war is over, in one of four ways',
      on: {
        'war.ending-changed': {
          guard: 'isAnotherEnding',
          actions: 'recordEnding',
          description: 'Another variant, or foreign troops barred or admitted; nobody moves',
        },
        'war.resumed': {
          target: 'hostilities',
          guard: 'isResumable',
          actions: 'recordHostilities',
          description: 'Undecided contingents are staging again; garrisons stand on the front line',
        },
        ...tension,
      },
    },
  },
});
