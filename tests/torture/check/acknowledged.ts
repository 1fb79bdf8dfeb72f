import type { Fault } from '../summary.ts';

/** The identities that a producer was told are in the log of a roll, each with the place it was told, if it was. */
export type Acknowledged = ReadonlyMap<string, number | null>;

/** Each acknowledged event stands in the log once, at the place that was told; no other stands there twice. */
export function checkAcknowledged(log: readonly string[], acknowledged: Acknowledged): Fault[] {
  const places = new Map<string, number[]>();
  for (const [index, json] of log.entries()) {
    const identity = identityOf(json);
    places.set(identity, [...(places.get(identity) ?? []), index + 1]);
  }
  const faults: Fault[] = [];
  for (const [identity, told] of acknowledged) {
    const [place] = places.get(identity) ?? [];
    if (place === undefined) {
      faults.push({ kind: 'loss', message: `${identity} was acknowledged and is not in the log` });
    } else if (told !== null && told !== place) {
      faults.push({
        kind: 'order',
        message: `${identity} was acknowledged at ${told} and stands at ${place}`,
      });
    }
  }
  for (const [identity, found] of places) {
    if (found.length > 1) {
      faults.push({ kind: 'repeat', message: `${identity} is in the log at ${found.join(' and ')}` });
    }
  }
  return faults;
}

function identityOf(json: string): string {
  const { source, id }: { source: unknown; id: unknown } = JSON.parse(json);
  return `${source} ${id}`;
}
