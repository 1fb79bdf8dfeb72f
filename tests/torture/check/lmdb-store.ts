import { open } from 'lmdb';

/** The events of a roll in an embedded log (`<data>/log`), in order: a time of eight bytes, then the event. */
export async function eventsInLmdb(directory: string, roll: string): Promise<string[]> {
  const environment = open({ path: directory, readOnly: true, noSubdir: false });
  try {
    const entries = environment.openDB<Buffer, [string, string, number]>({
      name: 'entries',
      encoding: 'binary',
    });
    const [theatre = '', timeline = ''] = roll.split('.');
    const range = { start: [theatre, timeline, 0], end: [theatre, timeline, Number.MAX_SAFE_INTEGER] };
    return [...entries.getRange(range)].map(({ key: [, , seq], value }, index) => {
      if (seq !== index + 1) throw new Error(`${roll} has ${seq} at place ${index + 1}`);
      return value.subarray(8).toString();
    });
  } finally {
    await environment.close();
  }
}
