import type { Holdings, Service } from './service.ts';

/** Holds every roll there is: for a process that is alone. Where it is not, the outputs' fence protects. */
export function holdEverything(service: Pick<Service, 'followRolls'>): Holdings {
  const { signal: lost } = new AbortController();
  return {
    async *follow(signal) {
      for await (const live of service.followRolls(signal)) yield { live, lost };
    },
  };
}
