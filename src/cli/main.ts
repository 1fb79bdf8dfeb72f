#!/usr/bin/env node
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { KernelName } from '../roll/kernels.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { packageVersion } from './package-version.ts';

// Each command is imported when it is given: help and a wrong option are answered before zod and XState are read.

/** What `--kernel` takes, here again so that help need not load the machines; the type holds it to the kernels. */
const KERNELS: Readonly<Record<KernelName, true>> = { compiled: true, xstate: true };

const program = new Command('muster')
  .description('Keeps the roll of troop contingents through a war and after it.')
  .version(packageVersion())
  .showHelpAfterError('(add --help for what can be said)')
  .exitOverride();

program
  .command('replay')
  .description('fold files alone, in order, as one log, and show the roll')
  .argument(
    '<file...>',
    'CloudEvents in JSON (lines or an array), scenario scripts, names of bundled scenarios, or - for stdin',
  )
  .option('--as-of <when>', 'only what had happened by then (a day or an RFC 3339 time)')
  .option('--as-known <when>', 'only what was known by then')
  .option('--seq <n>', 'only the first n events', wholeNumber)
  .option('--theatre <id>', 'the theatre that the events belong to')
  .option('--timeline <id>', 'the timeline that the events belong to')
  .option('--json', 'the roll document instead of a table')
  .option('--strict', 'exit with 1 if any event was refused')
  .addOption(new Option('--kernel <name>', 'what runs the statecharts').choices(Object.keys(KERNELS)))
  .action(async (files, options) => (await import('./replay.ts')).replay(files, options));

program
  .command('report')
  .description('fold files as replay does, and show what follows from where the troops are')
  .argument('<name>', 'which report')
  .argument('[file...]', 'as for replay', ['record'])
  .option('--as-of <when>', 'only what had happened by then (a day or an RFC 3339 time)')
  .option('--as-known <when>', 'only what was known by then')
  .option('--seq <n>', 'only the first n events', wholeNumber)
  .option('--footprint-days <n>', 'days in place from which on a garrison is a footprint', wholeNumber)
  .option('--json', 'the report document instead of tables')
  .action(async (name, files, options) => (await import('./report.ts')).report(name, files, options));

program
  .command('check')
  .description('lint scenario scripts: form, payloads, expectations, coverage')
  .argument('<script...>', 'scripts, or names of bundled scenarios')
  .action(async (scripts) => (await import('./check.ts')).check(scripts));

program
  .command('play')
  .description('feed scripts into a running service, event by event; or exports into a log')
  .argument(
    '<file...>',
    'scripts, or names of bundled scenarios: what they extend plays first; or what export wrote (.jsonl)',
  )
  .option('--timeline <id>', 'play on this timeline instead of their own')
  .option('--speed <speed>', 'max, or scenario days per second: 1d/s', 'max')
  .addOption(server())
  .addOption(nats('feed the log over this NATS server instead'))
  .option('--data <directory>', 'feed the log in this directory instead; no service may be running on it')
  .action(async (scripts, options) => (await import('./play.ts')).play(scripts, options));

program
  .command('watch')
  .description('show the live distribution of a roll')
  .argument('[roll]', 'theatre.timeline, or the timeline alone', 'record')
  .addOption(server())
  .action(async (roll, options) => (await import('./watch.ts')).watch(roll, options));

program
  .command('close')
  .description('have a running service list a roll no longer; its log stays, and opening it brings it back')
  .argument('<roll>', 'theatre.timeline, or the timeline alone')
  .addOption(server())
  .action(async (roll, options) => (await import('./close.ts')).close(roll, options));

program
  .command('inspect')
  .description('open the inspector in a browser: a roll of the running service, or a script step by step')
  .argument(
    '[roll|script]',
    'theatre.timeline, or the timeline (the scenario) alone; or a script on disk, which gets a service of its own',
    'record',
  )
  .option('--no-open', 'print the address only')
  .addOption(server())
  .action(async (name, options, command) => {
    const { inspect } = await import('./inspect.ts');
    return inspect(name, options, command.getOptionValueSource('server') !== 'default');
  });

program
  .command('export')
  .description('write the log of a roll, or its contingents, to stdout')
  .argument('<roll>', 'theatre.timeline, or the timeline alone')
  .addOption(
    new Option('--format <format>', 'events (jsonl), contingents or map')
      .choices(['jsonl', 'csv', 'geojson'])
      .default('jsonl'),
  )
  .addOption(server())
  .addOption(nats('read the log over this NATS server instead'))
  .option('--data <directory>', 'read the log in this directory instead')
  .action(async (roll, options) => (await import('./export.ts')).exportRoll(roll, options));

program
  .command('verify')
  .description('fold a roll from its first event, and compare its checkpoint and what NATS has of it')
  .argument('[roll]', 'theatre.timeline, or the timeline alone; all of them if left out')
  .option('--data <directory>', 'where the log is kept, or what can be computed again', './data')
  .addOption(nats('the log is in this NATS server'))
  .action(async (roll, options) => (await import('./verify.ts')).verify(roll, options));

program
  .command('diff-machine')
  .description('show who lands elsewhere under another version of the statecharts, and from which event on')
  .argument('<old>', 'current, or a directory with a build of Muster, or with its machines')
  .argument('<new>', 'the same')
  .argument('<file...>', 'what to fold, as for replay; with --data or --nats the name of a roll')
  .option('--json', 'a document instead of tables')
  .addOption(nats('fold a roll of this NATS server'))
  .option('--data <directory>', 'fold a roll of the log in this directory')
  .action(async (before, after, files, options) =>
    (await import('./diff-machine.ts')).diffMachine(before, after, files, options),
  );

program
  .command('diagram')
  .description('draw a statechart for documents, on stdout')
  .addArgument(
    new Argument('[machine]', 'whose statechart')
      .choices(['contingent', 'theatre'] as const)
      .default('contingent' as const),
  )
  .addOption(
    new Option('--format <format>', 'how').choices(['svg', 'mermaid'] as const).default('svg' as const),
  )
  .action(async (machine, { format }) => (await import('./diagram.ts')).showDiagram(machine, format));

for (const [name, description, bundled] of [
  ['serve', 'serve the rolls of a log: HTTP, and over NATS if the log is there', false],
  ['start', 'serve, with the bundled scenarios loaded and shown', true],
] as const) {
  program
    .command(name)
    .description(description)
    .option('--data <directory>', 'where the log is kept, or what can be computed again', './data')
    .addOption(new Option('--port <n>', 'where to listen').argParser(port).env('MUSTER_PORT').default(4700))
    .addOption(new Option('--host <address>', 'where to listen').env('MUSTER_HOST').default('127.0.0.1'))
    .addOption(nats('keep the log in this NATS server (local: start one)'))
    .addOption(
      new Option('--tokens <file>', 'who may read and write, by token ("muster token" makes them)').env(
        'MUSTER_TOKENS',
      ),
    )
    .addOption(
      new Option('--cors <origin...>', 'whose web pages may read, such as https://board.example; *: any page')
        .argParser(readers)
        .default([]),
    )
    .addOption(
      new Option(
        '--public-url <url...>',
        'where a proxy on this machine is reached, such as https://muster.example: that name and its pages are our own',
      )
        .env('MUSTER_PUBLIC_URL')
        .argParser(origins)
        .default([]),
    )
    .addOption(
      new Option('--inspector-origin <origin...>', 'a page elsewhere that may attach to the inspector')
        .argParser(origins)
        .default([]),
    )
    .option(
      '--stately [url]',
      "show what is watched in Stately's inspector too: online, or a receiver at a ws:// address",
    )
    .action(async (options) => (await import('./serve.ts')).serve(options, bundled));
}

program
  .command('token')
  .description('make a token for reading and writing over HTTP, and print it, once')
  .argument('<name>', 'whose it is')
  .option('--read <theatre...>', "theatres that it may read; '*': every one", [])
  .option('--write <theatre...>', "theatres that it may write to; '*': every one", [])
  .option('--add <file>', 'add it to this file of "muster serve --tokens", made if missing')
  .action(async (name, options) => (await import('./token.ts')).token(name, options));

function server(): Option {
  return new Option('--server <url>', 'the running service')
    .env('MUSTER_URL')
    .argParser(address)
    .default('http://127.0.0.1:4700');
}

function address(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) {
    throw new InvalidArgumentError('Expected an address such as http://127.0.0.1:4700.');
  }
  return text.replace(/\/+$/, '');
}

function readers(text: string, others: readonly string[]): readonly string[] {
  return text === '*' ? [...others, text] : origins(text, others);
}

function origins(text: string, others: readonly string[]): readonly string[] {
  const { href, origin } = new URL(address(text));
  if (href !== `${origin}/`) {
    throw new InvalidArgumentError('Expected an origin such as https://board.example, without a path.');
  }
  return [...others, origin];
}

function nats(description: string): Option {
  return new Option('--nats <url>', description).env('NATS_URL').argParser(natsAddress);
}

function natsAddress(text: string): string {
  const isAddress = (one: string) => URL.canParse(one.includes('://') ? one : `nats://${one}`);
  if (text.split(',').every((one) => isAddress(one.trim()))) return text;
  // Commander's own error would show the address, and a password in it.
  const message = "option '--nats <url>': give an address such as nats://127.0.0.1:4222";
  throw new CommandFailure(EXIT.usage, message);
}

function port(text: string): number {
  const n = wholeNumber(text);
  if (n > 65_535) throw new InvalidArgumentError('Expected a port, 0 to 65535 (0: any that is free).');
  return n;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Expected a whole number, 0 or more.');
  return Number(text);
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
