import type { LiveRoll, Service } from './service.ts';

/** A roll that this process writes the outputs of, until it is lost to another. */
export interface Holding {
  readonly live: LiveRoll;
  readonly lost: AbortSignal;
}

/** Which rolls this process writes the outputs of, where several follow the same log. */
export interface Holdings {
  /** Those held now, then each one as it becomes ours and is read; ends when the signal aborts or the service closes. Never throws. */
  follow(signal: AbortSignal): AsyncIterable<Holding>;
}

/** Holds every roll there is: for a process that is alone. Where it is not, the outputs' fence protects. */
export function holdEverything(service: Service): Holdings {
  const { signal: lost } = new AbortController();
  return {
    async *follow(signal) {
      for await (const live of service.followRolls(signal)) yield { live, lost };
    },
  };
}
