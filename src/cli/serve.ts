import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { destination, type Logger, pino } from 'pino';
import { z } from 'zod';
import { rollName } from '../../events/ids.ts';
import { startHttpServer } from '../http/server.ts';
import type { HttpOptions } from '../http/settings.ts';
import { readTokensFile, type TokensFile } from '../http/tokens-file.ts';
import { createInspector } from '../inspector/inspector.ts';
import { attachStately, type Mirror, NotInstalledError } from '../inspector/stately.ts';
import { StoreHeldError } from '../log/embedded/holder.ts';
import { StoreUnusableError } from '../log/embedded/store-directory.ts';
import { NatsUnreachableError } from '../log/jetstream/connect.ts';
import { StreamUnfitError } from '../log/jetstream/fit-stream.ts';
import { NoServerError, ServerStartError } from '../log/local-server.ts';
import type { RollInfo } from '../log/port.ts';
import { bundledNames } from '../scenario/library.ts';
import { play } from '../scenario/play.ts';
import { playlist } from '../scenario/playlist.ts';
import { type Muster, type MusterOptions, openMuster } from '../service/lifecycle.ts';
import type { Tracing } from '../service/traces.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { loadScenarios } from './load-scenarios.ts';
import { logTarget } from './log-target.ts';
import { packageVersion } from './package-version.ts';
import { printable } from './printable.ts';
import { showRoll, stdoutColumns, titleOf } from './show-roll.ts';
import { abortOnSignals } from './signals.ts';
import { isDiffering, tellPlay } from './tell-play.ts';

/** Where a collector takes OpenTelemetry's protocol over HTTP; an empty one counts as none. */
const endpointSchema = z
  .union([z.literal(''), z.url({ protocol: /^https?$/ })], 'give an address such as http://127.0.0.1:4318')
  .optional();

const environmentSchema = z.object({
  MUSTER_LEASE: z
    .stringFormat('lease', /^[1-9]\d{0,3}$/, 'give whole seconds, 1 to 9999')
    .default('10')
    .transform((seconds) => Number(seconds) * 1_000),
  MUSTER_LOG: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'give a level: trace, debug, info, warn, error, fatal or silent',
    )
    .optional(),
  MUSTER_REPLICAS: z
    .stringFormat('replicas', /^[1-5]$/, 'give the copies of each stream, 1 to 5')
    .default('1')
    .transform(Number),
  OTEL_EXPORTER_OTLP_ENDPOINT: endpointSchema,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpointSchema,
  MUSTER_TOKEN: z.string().min(1, 'it is empty; give a token, or leave it out').optional(),
});

interface ServeOptions {
  readonly data: string;
  readonly port: number;
  readonly host: string;
  readonly nats?: string;
  readonly tokens?: string;
  readonly cors: readonly string[];
  readonly publicUrl: readonly string[];
  readonly inspectorOrigin: readonly string[];
  /** Where Stately's inspector is attached to: an address, or true for the one online. */
  readonly stately?: string | true;
}

/**
 * `muster serve`: serves the rolls of a log until SIGTERM or Ctrl-C. With `bundled` (`npm start`) the scenarios
 * that come with Muster are loaded first, and each roll is shown.
 */
export async function serve(options: ServeOptions, bundled: boolean): Promise<void> {
  const signal = abortOnSignals();
  const { level = bundled ? 'warn' : 'info', leaseMs, replicas, token, isTraced } = readEnvironment();
  const tokens = options.tokens === undefined ? undefined : await readTokens(options.tokens);
  const logger = pino({ level }, destination({ fd: 2, sync: true }));
  const tracing = isTraced ? await openTracing(logger) : null;
  const muster = await open(options, logger, { leaseMs, replicas, ...(tracing && { tracing }) });
  try {
    const { app, address } = await listen(muster, options, logger, {
      ...(token && { token }),
      ...(tokens && { tokens }),
    });
    try {
      if (bundled) await loadBundled(muster, signal);
      await muster.service.whenReady(signal);
      if (bundled) await showRolls(muster, signal);
      const overNats = muster.localNatsUrl === null ? '' : `; NATS listens at ${muster.localNatsUrl}`;
      const byProxy = options.publicUrl.map((url) => `, by a proxy at ${url}`).join('');
      process.stdout.write(`Muster serves at ${address}${byProxy}${overNats}. Ctrl-C ends it.\n`);
      if (!signal.aborted) await once(signal, 'abort');
    } finally {
      await app.close();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await muster.close();
    await tracing?.close();
  }
}

async function open(
  { data, nats }: ServeOptions,
  logger: Logger,
  more: Pick<MusterOptions, 'leaseMs' | 'replicas' | 'tracing'>,
): Promise<Muster> {
  try {
    return await openMuster({
      dataDirectory: data,
      ...more,
      logger,
      ...(nats === undefined ? {} : { nats }),
    });
  } catch (error) {
    const isUnreachable =
      error instanceof NatsUnreachableError ||
      error instanceof NoServerError ||
      error instanceof ServerStartError;
    if (isUnreachable) throw new CommandFailure(EXIT.unreachable, error.message, { cause: error });
    const isUnfit =
      error instanceof StoreHeldError ||
      error instanceof StoreUnusableError ||
      error instanceof StreamUnfitError;
    if (isUnfit) throw new CommandFailure(EXIT.inputWrong, error.message, { cause: error });
    throw error;
  }
}

/** What the environment sets, and no option does: a token does not belong on a command line. */
function readEnvironment() {
  const read = environmentSchema.safeParse(process.env);
  if (read.success) {
    const {
      MUSTER_LEASE: leaseMs,
      MUSTER_LOG: level,
      MUSTER_REPLICAS: replicas,
      MUSTER_TOKEN: token,
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: tracesEndpoint,
    } = read.data;
    return { leaseMs, level, replicas, token, isTraced: Boolean(endpoint || tracesEndpoint) };
  }
  const wrong = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new CommandFailure(EXIT.usage, `in the environment, ${wrong.join('; ')}`);
}

/** Loads OpenTelemetry, which a start without a collector does not wait for. */
async function openTracing(logger: Logger): Promise<Tracing> {
  const { collectTraces } = await import('../service/open-telemetry.ts');
  return collectTraces(packageVersion(), logger);
}

/** Read before anything is opened: a service whose tokens are wrong does not start, rather than let nobody or all in. */
async function readTokens(file: string): Promise<TokensFile> {
  try {
    return readTokensFile(await readFile(file, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandFailure(EXIT.inputWrong, printable(`--tokens ${file}: ${why}`), { cause });
  }
}

async function listen(
  { service }: Muster,
  { host, port, cors, publicUrl, inspectorOrigin, stately }: ServeOptions,
  logger: Logger,
  access: Pick<HttpOptions, 'token' | 'tokens'>,
) {
  try {
    return await startHttpServer({
      service,
      extension: createInspector(service, { origins: inspectorOrigin, mirror: await mirrorTo(stately) }),
      logger,
      options: { host, port, readers: cors, publicUrls: publicUrl, ...access },
    });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const why =
      error.code === 'EADDRINUSE' ? 'is taken; choose another with --port' : `can't be had: ${error.message}`;
    throw new CommandFailure(EXIT.inputWrong, `${host}:${port} ${why}`, { cause: error });
  }
}

/** Loads what the bundled scenarios have and the log has not; a second start loads nothing. */
async function loadBundled({ log }: Muster, signal: AbortSignal): Promise<void> {
  const scenarios = await loadScenarios(await bundledNames());
  const report = await play(playlist(scenarios, 'max'), logTarget(log), { signal });
  if (report.sent > 0 || report.end.kind !== 'done' || isDiffering(report)) tellPlay(report);
}

/** Every roll that is not closed, those last that nobody opened. */
async function showRolls({ service, log }: Muster, signal: AbortSignal): Promise<void> {
  const open = (await log.rolls()).filter(({ isClosed }) => !isClosed);
  const isAnnounced = ({ basis }: RollInfo) => basis !== null;
  for (const { roll } of [...open.filter(isAnnounced), ...open.filter((info) => !isAnnounced(info))]) {
    const live = await service.find(roll);
    if (live === undefined || !(await live.reached(await log.head(roll), signal))) continue;
    const { summary } = live;
    const about = {
      title: `${rollName(roll)}: ${titleOf(summary)}`,
      isHypothetical: summary.basis === 'hypothetical',
    };
    const columns = stdoutColumns();
    process.stdout.write(`${showRoll(await live.document(), about, columns)}\n\n`);
  }
}

async function mirrorTo(stately: string | true | undefined): Promise<Mirror | null> {
  if (stately === undefined) return null;
  if (stately !== true && !/^wss?:\/\//.test(stately)) {
    throw new CommandFailure(
      EXIT.usage,
      `--stately: ${printable(stately)} is no address such as ws://127.0.0.1:8080`,
    );
  }
  try {
    return await attachStately(stately === true ? null : stately);
  } catch (error) {
    if (error instanceof NotInstalledError)
      throw new CommandFailure(EXIT.usage, error.message, { cause: error });
    throw error;
  }
}
