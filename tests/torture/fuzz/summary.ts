/** What was found on one line of servers. */
export interface LineSummary {
  /** The nats-server's version, or `embedded`. */
  readonly server: string;
  inputs: number;
  /** How many of them came over NATS; the others over HTTP. */
  overNats: number;
  /** Answers by status, those over NATS too. */
  readonly statuses: Record<string, number>;
  /** Events that were asked for their verdict between the others, and got it. */
  verdicts: number;
  slowestVerdictMs: number;
  rolls: number;
  /** Entries of the log, and what became of them. */
  logged: number;
  accepted: number;
  refused: number;
  /** Rolls that were exported, replayed from the file and compared. */
  replayed: number;
  /** How often the service was asked how it is, and the longest that it took to say. */
  healthy: number;
  slowestHealthMs: number;
  /** Resident memory in MB after each thousand inputs. */
  readonly memory: number[];
  /** Of a service that was started on the same log at the end, in MB. */
  freshMemory: number;
  readonly faults: string[];
  seconds: number;
}

export interface FuzzSummary {
  readonly seed: number;
  readonly lines: readonly LineSummary[];
}

export function newLineSummary(server: string): LineSummary {
  return {
    ...{
      server,
      inputs: 0,
      overNats: 0,
      statuses: {},
      verdicts: 0,
      slowestVerdictMs: 0,
      rolls: 0,
      logged: 0,
    },
    ...{ accepted: 0, refused: 0, replayed: 0, healthy: 0, slowestHealthMs: 0, memory: [], freshMemory: 0 },
    ...{ faults: [], seconds: 0 },
  };
}

export function summaryText({ seed, lines }: FuzzSummary): string {
  return [`seed ${seed}`, ...lines.flatMap(lineText)].join('\n');
}

function lineText(line: LineSummary): string[] {
  const { server, inputs, overNats, seconds, verdicts, rolls, logged, accepted, refused, faults } = line;
  const statuses = Object.entries(line.statuses)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([status, count]) => `${status}: ${count}`);
  const [first = 0, last = 0] = [line.memory[0], line.memory.at(-1)];
  return [
    `${server}: ${inputs} inputs (${overNats} over NATS) in ${Math.round(seconds)} s, ${faults.length} faults`,
    `  answers ${statuses.join(', ')}`,
    `  ${rolls} rolls, ${logged} entries, ${accepted} accepted, ${refused} refused; ${line.replayed} rolls replayed from their export`,
    `  ${verdicts} verdicts between, the slowest in ${Math.round(line.slowestVerdictMs)} ms; ${line.healthy} times healthy, the slowest in ${Math.round(line.slowestHealthMs)} ms`,
    `  memory ${first} MB at first, ${Math.max(0, ...line.memory)} MB at most, ${last} MB at last; ${line.freshMemory} MB for a fresh one`,
    ...faults.slice(0, 20).map((fault) => `  ${fault}`),
  ];
}
