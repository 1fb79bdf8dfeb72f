#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { idSchema } from '../../events/ids.ts';
import { parseViewInstant } from '../../events/time.ts';
import { KERNEL_NAMES } from '../roll/kernels.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';

const program = new Command('muster')
  .description('Keeps the roll of troop contingents through a war and after it.')
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('(add --help for what can be said)')
  .exitOverride();

program
  .command('replay')
  .description('fold files alone, in order, as one log, and show the roll')
  .argument(
    '<file...>',
    'JSON lines of CloudEvents, scenario scripts, names of bundled scenarios, or - for stdin',
  )
  .option('--as-of <when>', 'only what had happened by then (a day or an RFC 3339 time)', instant)
  .option('--as-known <when>', 'only what was known by then', instant)
  .option('--seq <n>', 'only the first n events', wholeNumber)
  .option('--theatre <id>', 'the theatre that the events belong to', id)
  .option('--timeline <id>', 'the timeline that the events belong to', id)
  .option('--json', 'the roll document instead of a table')
  .option('--strict', 'exit with 1 if any event was refused')
  .addOption(
    new Option('--kernel <name>', 'what runs the statecharts').choices(KERNEL_NAMES).default('xstate'),
  )
  .action(async (files, options) => (await import('./replay.ts')).replay(files, options));

program
  .command('check')
  .description('lint scenario scripts: form, payloads, expectations, coverage')
  .argument('<script...>', 'scripts, or names of bundled scenarios')
  .action(async (scripts) => (await import('./check.ts')).check(scripts));

function instant(text: string): number {
  const ms = parseViewInstant(text);
  if (ms === null) throw new InvalidArgumentError('Expected a day (2025-03-31) or an RFC 3339 time.');
  return ms;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Expected a whole number, 0 or more.');
  return Number(text);
}

function id(text: string): string {
  const parsed = idSchema.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError('Expected lower-case letters, digits and hyphens.');
  return parsed.data;
}

// A reader that has seen enough (`| head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.done);
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  } else if (error instanceof CommandFailure) {
    console.error(`muster: ${error.message}`);
    process.exitCode = error.exitCode;
  } else {
    throw error;
  }
}
