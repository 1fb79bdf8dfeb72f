import { CommandHandler, type Event, getInMemoryEventStore } from '@event-driven-io/emmett';
import { add, type Estimate, NOBODY, subtractCount } from '../../events/estimate.ts';
import type { MusterEvent } from '../../events/event.ts';
import type { Standings } from './standings.ts';

interface State {
  readonly value: 'absent' | 'staging' | 'committed' | 'rear';
  readonly strength: Estimate;
  readonly killed: number;
  readonly missing: number;
  readonly wounded: number;
}

type Told = Event<'deployed' | 'reinforced', { readonly strength: Estimate }>;
type Moved = Event<'committed' | 'withdrawn', Record<string, never>>;
type Lost = Event<'lost', { readonly killed: number; readonly missing: number; readonly wounded: number }>;
type Happened = Told | Moved | Lost;

const initialState = (): State => ({
  ...{ value: 'absent', strength: NOBODY, killed: 0, missing: 0, wounded: 0 },
});

function evolve(state: State, event: Happened): State {
  switch (event.type) {
    case 'deployed':
      return { ...state, value: 'staging', strength: event.data.strength };
    case 'reinforced':
      return { ...state, strength: add(state.strength, event.data.strength) };
    case 'committed':
      return { ...state, value: 'committed' };
    case 'withdrawn':
      return { ...state, value: 'rear' };
    case 'lost': {
      const { killed, missing, wounded } = event.data;
      return {
        value: state.value,
        strength: subtractCount(state.strength, killed + missing),
        killed: state.killed + killed,
        missing: state.missing + missing,
        wounded: state.wounded + wounded,
      };
    }
    default:
      return event satisfies never;
  }
}

/** What a fact makes happen in a state; nothing where it is refused. */
function decide({ value, strength }: State, fact: MusterEvent): Happened[] {
  switch (fact.type) {
    case 'contingent.deployed':
      return value === 'absent' ? [{ type: 'deployed', data: { strength: fact.data.strength } }] : [];
    case 'contingent.reinforced':
      return value === 'absent' ? [] : [{ type: 'reinforced', data: { strength: fact.data.strength } }];
    case 'contingent.committed':
      return value === 'staging' || value === 'rear' ? [{ type: 'committed', data: {} }] : [];
    case 'contingent.withdrawn':
      return value === 'staging' || value === 'committed' ? [{ type: 'withdrawn', data: {} }] : [];
    case 'casualty.recorded': {
      const { killed = 0, missing = 0, wounded = 0 } = fact.data;
      return killed + missing < strength.best ? [{ type: 'lost', data: { killed, missing, wounded } }] : [];
    }
    default:
      return [];
  }
}

/** The facts through Emmett's command handler and in-memory store, with what the machines say written by hand. */
export async function byEmmett(facts: readonly MusterEvent[]): Promise<Standings> {
  const store = getInMemoryEventStore();
  const handle = CommandHandler<State, Happened>({ evolve, initialState });
  const ids = new Set<string>();
  let refused = 0;
  for (const fact of facts) {
    if (fact.scope === 'information') continue;
    const id = fact.subject ?? '';
    ids.add(id);
    const { newEvents } = await handle(store, id, (state) => decide(state, fact));
    if (newEvents.length === 0) refused++;
  }
  const contingents = [...ids].map(async (id) => {
    const { state } = await store.aggregateStream<State, Happened>(id, { evolve, initialState });
    const { value, ...counted } = state;
    return { id, value: `deployed.${value}`, ...counted };
  });
  return { refused, contingents: await Promise.all(contingents) };
}
