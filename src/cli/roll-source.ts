import { type RollId, rollName } from '../../events/ids.ts';
import { segments } from '../log/lineage.ts';
import type { EventLog, LogEntry, RollInfo } from '../log/port.ts';
import { lineageOf } from '../service/roll-log.ts';
import { ApiClient } from './api-client.ts';
import { openLog, placeOf } from './open-log.ts';
import { remoteEvents } from './remote-events.ts';
import { rollCalled } from './roll-called.ts';

export type SourceEntry = Omit<LogEntry, 'cursor' | 'traceparent'>;

/** Where a command reads rolls: a log, or a service that has one. */
export interface RollSource extends Pick<EventLog, 'rolls' | 'close'> {
  /** What a message calls it. */
  readonly name: string;
  /** As the log's `read`. */
  read(roll: RollId, range?: { readonly from?: number; readonly to?: number }): AsyncIterable<SourceEntry>;
}

/** Reads the log that `--nats` or `--data` name, without one the running service. */
export async function openSource(options: {
  readonly server: string;
  readonly nats?: string;
  readonly data?: string;
}): Promise<RollSource> {
  const place = placeOf(options);
  if (place === null) return serviceSource(new ApiClient(options.server, process.env['MUSTER_TOKEN']));
  const { log, close } = await openLog(place, 'read');
  return { name: 'the log', rolls: () => log.rolls(), read: (roll, range) => log.read(roll, range), close };
}

/** As `rollCalled`, of a source's rolls. */
export function rollOf(
  name: string,
  rolls: readonly RollInfo[],
  { name: holder }: Pick<RollSource, 'name'>,
): RollInfo {
  const named = rolls.map((info) => {
    const { roll, basis, isClosed: closed = false } = info;
    return { ...roll, openedAs: basis, closed, info };
  });
  return rollCalled(name, named, holder).info;
}

/** A roll and every base that it goes back to, the oldest first. */
export function ancestry(roll: RollId, rolls: readonly RollInfo[]): readonly RollInfo[] {
  return lineageOf(roll, rolls)
    .toReversed()
    .flatMap((ancestor) => rolls.find((info) => rollName(info.roll) === rollName(ancestor.roll)) ?? []);
}

/** The entries of a roll from its first, each with the roll that stores it. */
export async function* entriesOf(
  source: RollSource,
  roll: RollId,
  rolls: readonly RollInfo[],
): AsyncGenerator<SourceEntry & { readonly home: RollId }> {
  for (const { roll: home, from, to } of segments(lineageOf(roll, rolls))) {
    for await (const entry of source.read(home, { from, to })) yield { ...entry, home };
  }
}

function serviceSource(client: ApiClient): RollSource {
  return {
    name: 'the service',
    async rolls() {
      const rolls = await client.rolls();
      return rolls.map(({ theatre, timeline, title, openedAs, base, closed }) => ({
        roll: { theatre, timeline },
        title,
        basis: openedAs,
        base,
        ...(closed && { isClosed: true }),
      }));
    },
    async *read(roll, { from = 1, to = Number.POSITIVE_INFINITY } = {}) {
      for await (const entry of remoteEvents(client, roll, from - 1)) {
        if (entry.seq > to) return;
        yield entry;
      }
    },
    close: async () => {},
  };
}
