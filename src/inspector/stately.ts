import { type AnyActorRef, type AnyStateMachine, createActor } from 'xstate';
import type { Standing } from './facade.ts';
import { nestedValue } from './nested-value.ts';

/** Where what is watched is shown too: Stately's own inspector. */
export interface Mirror {
  /** Begins to show a machine; gives the name under which it goes on. */
  begin(machine: AnyStateMachine, standing: Standing): AnyActorRef;
  show(shown: AnyActorRef, type: string, standing: Standing): void;
  end(): void;
}

/** `@statelyai/inspect` is optional, and this machine has not got it. */
export class NotInstalledError extends Error {
  override readonly name = 'NotInstalledError';
}

/**
 * Attaches @statelyai/inspect: to the receiver at a WebSocket address, or to Stately's service online, which prints
 * where to look. Throws NotInstalledError.
 */
export async function attachStately(receiver: string | null): Promise<Mirror> {
  const library = await import('@statelyai/inspect').catch((cause: unknown) => {
    throw new NotInstalledError('@statelyai/inspect is not installed: npm install @statelyai/inspect', {
      cause,
    });
  });
  const inspector =
    receiver === null ? library.createSkyInspector() : library.createWebSocketInspector({ url: receiver });
  return {
    begin(machine, standing) {
      // Never started: it is a name and a definition, and the roll is what runs.
      const actor = createActor(machine);
      inspector.actor(actor, snapshotOf(standing));
      return actor;
    },
    show(actor, type, standing) {
      inspector.event(actor, { type });
      inspector.snapshot(actor, snapshotOf(standing), { event: { type } });
    },
    end: () => inspector.stop(),
  };
}

function snapshotOf({ value, context }: Standing) {
  return { status: 'active' as const, value: nestedValue(value), context };
}
