/** What can be wrong after a round. */
export type FaultKind = 'loss' | 'repeat' | 'gap' | 'order' | 'verify' | 'other';

export interface Fault {
  readonly kind: FaultKind;
  readonly message: string;
}

/** What a scenario did on one line of servers, and what it found. */
export interface Tally {
  readonly scenario: string;
  /** The nats-server's version, or `embedded`. */
  readonly server: string;
  /** Why it was not run; everything else is 0 then. */
  skipped: string | null;
  rounds: number;
  kills: number;
  acknowledged: number;
  readonly faults: Fault[];
  /** How often `muster verify` was asked. */
  verified: number;
  /** What was measured besides, in words. */
  readonly notes: string[];
  seconds: number;
  /** When it began, by the monotonic clock. */
  readonly begunMs: number;
}

export function newTally(scenario: string, server: string): Tally {
  const none = { rounds: 0, kills: 0, acknowledged: 0, verified: 0, seconds: 0 };
  return { scenario, server, skipped: null, ...none, faults: [], notes: [], begunMs: performance.now() };
}

/** Adds what was found. The same is found again after each later round, and counts once. */
export function addFaults(tally: Tally, found: readonly Fault[]): void {
  for (const fault of found) {
    const isKnown = tally.faults.some(
      ({ kind, message }) => kind === fault.kind && message === fault.message,
    );
    if (!isKnown) tally.faults.push(fault);
  }
}

/** Such as `40 s` or `12 min`. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

const COLUMNS = ['losses', 'repeats', 'gaps', 'order', 'verify', 'other'] as const;
const KIND: Readonly<Record<(typeof COLUMNS)[number], FaultKind>> = {
  ...{ losses: 'loss', repeats: 'repeat', gaps: 'gap', order: 'order', verify: 'verify', other: 'other' },
};

const countOf = ({ faults }: Tally, kind: FaultKind) => faults.filter((fault) => fault.kind === kind).length;

/** The summary for a machine: a run's seed and one object per scenario and server. */
export function summaryJson(seed: number, tallies: readonly Tally[]): string {
  const rows = tallies.map((tally) => {
    const { scenario, server, skipped, rounds, kills, acknowledged, verified, notes, seconds, faults } =
      tally;
    const found = Object.fromEntries(COLUMNS.map((column) => [column, countOf(tally, KIND[column])]));
    return {
      scenario,
      server,
      skipped,
      rounds,
      kills,
      acknowledged,
      ...found,
      verified,
      seconds,
      notes,
      faults,
    };
  });
  return JSON.stringify(
    { seed, failed: tallies.some(({ faults }) => faults.length > 0), scenarios: rows },
    null,
    2,
  );
}

/** The summary for a reader: a table, then what was found and measured. */
export function summaryText(seed: number, tallies: readonly Tally[]): string {
  const header = ['scenario', 'server', 'rounds', 'kills', 'acknowledged', ...COLUMNS, 'verified', 'seconds'];
  const rows = tallies.map((tally) => {
    const { scenario, server, rounds, kills, acknowledged, verified, seconds, skipped } = tally;
    if (skipped !== null) return [scenario, server, 'skipped'];
    const found = COLUMNS.map((column) => countOf(tally, KIND[column]));
    return [scenario, server, rounds, kills, acknowledged, ...found, verified, Math.round(seconds)].map(
      String,
    );
  });
  const run = tallies.filter(({ skipped }) => skipped === null);
  const total = (of: (tally: Tally) => number) => String(run.reduce((sum, tally) => sum + of(tally), 0));
  const totals = [
    ...['all', '', total((tally) => tally.rounds), total((tally) => tally.kills)],
    total((tally) => tally.acknowledged),
    ...COLUMNS.map((column) => total((tally) => countOf(tally, KIND[column]))),
    ...[total((tally) => tally.verified), total((tally) => Math.round(tally.seconds))],
  ];
  const notes = tallies.flatMap(({ scenario, server, notes, skipped }) =>
    [...(skipped === null ? [] : [`not run: ${skipped}`]), ...notes].map(
      (note) => `${scenario}, ${server}: ${note}`,
    ),
  );
  const faults = tallies.flatMap(({ scenario, server, faults }) =>
    faults.slice(0, 20).map(({ kind, message }) => `${scenario}, ${server}: ${kind}: ${message}`),
  );
  return [`seed ${seed}`, table([header, ...rows, totals]), ...notes, ...faults].join('\n');
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    row.map((cell, column) =>
      column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
  return rows.map((row) => line(row).join('  ').trimEnd()).join('\n');
}
