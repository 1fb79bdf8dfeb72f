import type { EventLog, LogEntry } from '../../src/log/port.ts';

/** A log that counts the entries it hands out, by read and by follow, and the readings that are not over. */
export function countingLog(log: EventLog) {
  const counts = { read: 0, followed: 0 };
  let underWay = 0;
  async function* counted(entries: AsyncIterable<LogEntry>, by: keyof typeof counts) {
    underWay += 1;
    try {
      for await (const entry of entries) {
        counts[by] += 1;
        yield entry;
      }
    } finally {
      underWay -= 1;
    }
  }
  const counting: EventLog = {
    append: (...args) => log.append(...args),
    read: (...args) => counted(log.read(...args), 'read'),
    follow: (...args) => counted(log.follow(...args), 'followed'),
    head: (roll) => log.head(roll),
    heads: () => log.heads(),
    open: (...args) => log.open(...args),
    closeRoll: (roll) => log.closeRoll(roll),
    noteWhatIf: (...args) => log.noteWhatIf(...args),
    rolls: () => log.rolls(),
    followRolls: (signal) => log.followRolls(signal),
    outage: () => log.outage(),
    close: () => log.close(),
  };
  return { log: counting, counts, underWay: () => underWay };
}
