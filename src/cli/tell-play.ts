import { catalogueEntry } from '../../events/catalogue.ts';
import { isObject } from '../../events/event.ts';
import { rollName } from '../../events/ids.ts';
import { type CompiledEvent, sourceOf } from '../scenario/compile.ts';
import type { Difference } from '../scenario/differences.ts';
import { sayingOf } from '../scenario/expectation.ts';
import type { Scenario } from '../scenario/library.ts';
import type { Found, PlayReport } from '../scenario/play.ts';
import type { Differing } from '../scenario/play-plan.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { formatCount, formatEstimate } from './numbers.ts';
import { printable } from './printable.ts';

/** Of one kind are told no more than these; of the rest how many there are. */
const MOST_TOLD = 10;
const MOST_DIFFERENCES = 3;
const LONGEST_VALUE = 60;

/** Tells what was played and what was found, and ends the command if the play did not come to its end. */
export function tellPlay(report: PlayReport): void {
  const { end, total, sent, notAccepted, found } = report;
  for (const each of found) tellFound(each);
  for (const { scenario, event, said } of notAccepted)
    tell(`${at(scenario, event)} ${event.id} ${sayingOf(said)}`);
  const there = thereText(countsOf(report));
  switch (end.kind) {
    case 'done':
      console.error(playedText(countsOf(report)));
      return;
    case 'aborted':
      throw new CommandFailure(
        EXIT.inputWrong,
        `stopped after ${formatCount(sent)} of ${formatCount(total)} events${there}; play again to go on`,
      );
    case 'unmet':
      tell(`${at(end.scenario, end.event)} ${end.event.id} ${end.message}`);
      throw new CommandFailure(
        EXIT.inputWrong,
        `stopped at an expectation that was not met, after ${formatCount(sent)} events${there}; nothing after it was sent`,
      );
    case 'failed': {
      const acknowledged = `${formatCount(sent)} of ${formatCount(total)} events were acknowledged`;
      throw new CommandFailure(
        end.reason === 'unreachable' ? EXIT.unreachable : EXIT.inputWrong,
        printable(`${end.scenario.id}: ${end.message} (${acknowledged}${there}; play again to go on)`),
      );
    }
    default:
      end satisfies never;
  }
}

/** Whether a log says otherwise than a script. */
export function isDiffering({ found }: PlayReport): boolean {
  return found.some(({ differing, unclear, left }) => differing.length + unclear.length + left.length > 0);
}

/** Ends the command if a log says otherwise than a script, with what its author can do. */
export function throwIfDiffering({ found }: PlayReport): void {
  const wrong = found.flatMap(({ scenario: { id }, differing: [differing], left: [left] }) => {
    const one = differing?.held ?? left;
    return one === undefined ? [] : [`{ source: ${sourceOf(id)}, id: ${one.id} }`];
  });
  const [target] = wrong;
  if (target === undefined) return;
  throw new CommandFailure(
    EXIT.inputWrong,
    printable(
      `the log is not what the script says; what it holds stays as it is. Correct it with an event.corrected or event.retracted, whose target is of the form ${target}; what is another fact, give an id of its own`,
    ),
  );
}

interface Counts {
  readonly sent: number;
  readonly total: number;
  readonly held: number;
  readonly differing?: number;
  readonly unclear?: number;
  readonly refused?: number;
}

/** What was played, as the last line says it. */
export function playedText({ sent, total, ...there }: Counts): string {
  return `played ${formatCount(sent)} of ${formatCount(total)} events${thereText(there)}`;
}

function thereText({
  held,
  differing = 0,
  unclear = 0,
  refused = 0,
}: Omit<Counts, 'sent' | 'total'>): string {
  const part = (count: number, what: string) => (count > 0 ? `, ${formatCount(count)} ${what}` : '');
  return [
    part(held, 'were there already'),
    part(differing, 'in other words'),
    part(unclear, 'may be'),
    part(refused, 'were refused before'),
  ].join('');
}

function countsOf({ sent, total, held, found }: PlayReport): Counts {
  const sum = (count: (of: Found) => number) => found.reduce((all, each) => all + count(each), 0);
  return {
    sent,
    total,
    held,
    differing: sum(({ differing }) => differing.length),
    unclear: sum(({ unclear }) => unclear.length),
    refused: sum(({ refused }) => refused),
  };
}

/** Tells how a roll and a script did not fit. */
function tellFound({
  scenario,
  roll,
  about,
  differing,
  unclear,
  left,
  issued,
  heldAs,
  late,
  missing,
}: Found): void {
  const { title, basis, id } = scenario;
  tellEach(differing, (each) => `${at(scenario, each.event)} ${differingText(each)}`);
  tellEach(
    unclear,
    ({ event, id: idThere }) =>
      `${at(scenario, event)} this may be new, or ${idThere} in the log, edited, so it is not sent; if it is new, give it an id of its own (id: …)`,
  );
  tellEach(left, ({ id: heldId, seq, event }) => {
    const what =
      event === null
        ? ''
        : ` (${event.type}${event.subject === null ? '' : ` of ${event.subject}`}, ${event.envelope.time})`;
    return `${scenario.file}: ${heldId}${what} is in the log at seq ${seq} and no longer in the script; if it never was so, write an event.retracted`;
  });
  tellEach(
    issued,
    ({ event, id: idThere }) =>
      `${at(scenario, event)} this is ${idThere} in the log, which has another event as ${event.id}; write id: ${idThere} here to keep it`,
  );
  tellEach(
    heldAs,
    ({ event, id: idThere }) =>
      `${at(scenario, event)} ${event.id} is in the log as ${idThere}; write id: ${idThere} here`,
  );
  if (missing === 0) return;
  if (late > 0) {
    const them = late === 1 ? '1 event comes' : `${formatCount(late)} events come`;
    tell(
      `${id}: ${them} in the log after what the script has later; the roll takes events in the log's order`,
    );
  }
  if (about.title !== title || about.basis !== basis) {
    tell(`${id}: ${rollName(roll)} keeps its title, "${about.title}", and its basis, ${about.basis}`);
  }
  if (basis === 'hypothetical' && about.basis !== 'hypothetical') {
    tell(
      `${id}: these events are a what-if and ${rollName(roll)} is not (${about.basis}): what they change there is marked as hypothetical; on a timeline of their own, they would leave it as it was`,
    );
  }
}

function differingText({ held, isRetracted, differences }: Differing): string {
  const told = differences.slice(0, MOST_DIFFERENCES).map(differenceText);
  const more = differences.length - told.length;
  const what = [...told, ...(more > 0 ? [`and ${formatCount(more)} more`] : [])].join('; ');
  return `${held.id} says something else in the log (seq ${held.seq}): ${what}; ${remedyText(held.event?.type ?? null, isRetracted, differences)}`;
}

function differenceText({ path, there, here }: Difference): string {
  return `${path} ${valueText(there)} there, ${valueText(here)} here`;
}

function remedyText(type: string | null, isRetracted: boolean, differences: readonly Difference[]): string {
  if (isRetracted) return 'it is retracted there: give what is said here an id of its own';
  if (type !== null && catalogueEntry(type)?.scope === 'correction') {
    return 'a correction stays: write another, with an id of its own';
  }
  const remedies = [...new Set(differences.map(({ remedy }) => remedy))];
  const lasting = differences.filter(({ remedy }) => remedy === null).map(({ path }) => path);
  return lasting.length > 0
    ? `no correction changes ${listed(lasting)}: write an event.retracted, and give what is said here an id of its own`
    : `write an event.corrected with ${listed(remedies.map(String))}`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function valueText(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (isObject(value)) {
    const { low, best, high } = value;
    if (typeof low === 'number' && typeof best === 'number' && typeof high === 'number') {
      return formatEstimate({ low, best, high });
    }
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

function at({ file }: Scenario, { place: { line, column } }: CompiledEvent): string {
  return `${file}:${line}:${column}:`;
}

function tellEach<T>(items: readonly T[], text: (item: T) => string): void {
  for (const item of items.slice(0, MOST_TOLD)) tell(text(item));
  const more = items.length - MOST_TOLD;
  if (more > 0) tell(`… and ${formatCount(more)} more like these`);
}

function tell(text: string): void {
  console.error(printable(text));
}
