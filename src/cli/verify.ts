import { join } from 'node:path';
import { rollName } from '../../events/ids.ts';
import type { RollInfo } from '../log/port.ts';
import { createKernels } from '../roll/kernels.ts';
import { Checkpoints } from '../service/checkpoints.ts';
import { RollLog } from '../service/roll-log.ts';
import { checkpointWitness, type Difference, verifyRoll, type Witness } from '../service/verification.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { formatCount } from './numbers.ts';
import { type OpenedLog, openLog } from './open-log.ts';
import { printable } from './printable.ts';
import { progressBar } from './progress-bar.ts';
import { rollOf } from './roll-source.ts';

interface VerifyOptions {
  readonly data: string;
  readonly nats?: string;
}

/** As much of a value as a line shows. */
const SHOWN = 200;

/**
 * `muster verify`: folds the log of a roll, or of every one, from its first entry and compares what was derived from
 * it: the checkpoint, and over NATS the distribution and every output. Works beside a service.
 */
export async function verify(name: string | undefined, { data, nats }: VerifyOptions): Promise<void> {
  const opened = await openLog(nats === undefined ? { data } : { nats }, 'read');
  try {
    const rolls = await opened.log.rolls();
    const chosen = name === undefined ? rolls : [rollOf(name, rolls, { name: 'the log' })];
    let different = 0;
    for (const info of chosen) {
      if (!(await verifyOne(opened, rolls, info, join(data, 'checkpoints')))) different += 1;
    }
    if (different > 0) {
      const what = `${different} of ${chosen.length} ${chosen.length === 1 ? 'roll' : 'rolls'}`;
      throw new CommandFailure(EXIT.inputWrong, `${what} not as the log has it`);
    }
    if (chosen.length === 0) console.error('there are no rolls yet');
  } finally {
    await opened.close();
  }
}

/** Verifies a roll and tells how that went; whether all was the same. */
async function verifyOne(
  { log, connection }: OpenedLog,
  rolls: readonly RollInfo[],
  info: RollInfo,
  checkpoints: string,
): Promise<boolean> {
  const { roll, base } = info;
  const reading = new AbortController();
  // What was derived first, then the head of the log: so the log reaches as far, whoever is writing.
  const witnesses: Witness[] = [checkpointWitness(await new Checkpoints(checkpoints).load(roll, base))];
  if (connection !== null) {
    const { distributionWitness, outputsWitness } = await import('../service/nats/output-witnesses.ts');
    witnesses.push(
      await distributionWitness(connection, info),
      await outputsWitness(connection, roll, reading.signal),
    );
  }
  const head = await log.head(roll);
  const bar = progressBar('{bar} {value}/{total} {roll}');
  bar.start(head, 0, { roll: rollName(roll) });
  let difference: Difference | null;
  try {
    const rollLog = new RollLog(log, roll, rolls);
    difference = await verifyRoll(createKernels(), rollLog, head, witnesses, (seq) => bar.update(seq));
  } finally {
    reading.abort();
    bar.stop();
  }
  const said = [
    `${rollName(roll)}: ${formatCount(head)} ${head === 1 ? 'entry' : 'entries'} folded from the first`,
  ];
  if (difference === null) {
    said.push(...witnesses.map((witness) => `  ${witness.what}: ${witness.summary(head)}`), '  clean');
  } else {
    const { what, seq, path, expected, found } = difference;
    said.push(`  ${what} differs at ${seq}, ${path}: expected ${shown(expected)}, found ${shown(found)}`);
  }
  process.stdout.write(`${said.join('\n')}\n`);
  return difference === null;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return printable(text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`);
}
