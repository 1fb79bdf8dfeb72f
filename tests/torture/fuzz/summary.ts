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
  /** What the heap held after each ten thousand, and at the end, in MB once all garbage was collected. */
  readonly heap: number[];
  /** The same of a service that was started on the same log at the end. */
  freshHeap: number;
  readonly faults: string[];
  /** Keeps what is wrong, and says it at once. */
  readonly fault: (problem: string) => void;
  seconds: number;
}

export interface FuzzSummary {
  readonly seed: number;
  readonly lines: readonly LineSummary[];
}

/** `say` hears of each fault as it is found, with the number of the input until then. */
export function newLineSummary(server: string, say: (text: string) => void): LineSummary {
  const faults: string[] = [];
  const summary: LineSummary = {
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
    ...{
      accepted: 0,
      refused: 0,
      replayed: 0,
      healthy: 0,
      slowestHealthMs: 0,
      memory: [],
      heap: [],
      freshHeap: 0,
    },
    ...{ faults, seconds: 0 },
    fault(problem) {
      faults.push(problem);
      say(`FAULT after ${summary.inputs} inputs: ${problem}`);
    },
  };
  return summary;
}

export function summaryText({ seed, lines }: FuzzSummary): string {
  const total = (of: (line: LineSummary) => number) => lines.reduce((sum, line) => sum + of(line), 0);
  const all = `all: ${total((line) => line.inputs)} inputs, ${total((line) => line.logged)} entries, ${total((line) => line.verdicts)} verdicts between, ${total((line) => line.faults.length)} faults`;
  return [`seed ${seed}`, ...lines.flatMap(lineText), all].join('\n');
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
    `  resident memory ${first} MB at first, ${Math.max(0, ...line.memory)} MB at most, ${last} MB at last`,
    `  heap once collected ${line.heap.map(Math.round).join(', ')} MB; ${Math.round(line.freshHeap)} MB of a fresh service on the same log`,
    ...faults.slice(0, 20).map((fault) => `  ${fault}`),
  ];
}
