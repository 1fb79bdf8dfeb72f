import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { destination, pino } from 'pino';
import { startHttpServer } from '../http/server.ts';
import { createInspector } from '../inspector/inspector.ts';
import type { EventLog } from '../log/port.ts';
import { sourceOf } from '../scenario/compile.ts';
import { lineage, type Scenario } from '../scenario/library.ts';
import { openMuster } from '../service/lifecycle.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { logTarget } from './log-target.ts';
import { printable } from './printable.ts';

/** A service for one script and what it extends, on a free port of this machine; its log is gone when it closes. */
export interface OwnService {
  /** `http://127.0.0.1:<port>` */
  readonly address: string;
  close(): Promise<void>;
}

/** Starts it with every event of the script in its log, those that the roll refuses too. */
export async function startOwnService(scenario: Scenario): Promise<OwnService> {
  const directory = await mkdtemp(join(tmpdir(), 'muster-inspect-'));
  const discard = () => rm(directory, { recursive: true, force: true });
  const logger = pino({ level: 'warn' }, destination({ fd: 2, sync: true }));
  try {
    const muster = await openMuster({ dataDirectory: directory, logger });
    try {
      await load(muster.log, scenario);
      const { service } = muster;
      const live = await service.find(scenario.roll);
      await live?.reached(await muster.log.head(scenario.roll), new AbortController().signal);
      const { app, address } = await startHttpServer({
        service,
        extension: createInspector(service),
        logger,
        options: { port: 0 },
      });
      const close = async () => {
        await app.close();
        await muster.close();
        await discard();
      };
      return { address, close };
    } catch (error) {
      await muster.close();
      throw error;
    }
  } catch (error) {
    await discard();
    throw error;
  }
}

async function load(log: EventLog, scenario: Scenario): Promise<void> {
  const target = logTarget(log);
  for (const { id, roll, title, basis, base, events } of lineage(scenario)) {
    const about = { title, basis, base: base?.roll.timeline ?? null };
    const opened = await target.open(roll, about, sourceOf(id));
    const sent = opened.ok ? await target.send(roll, events) : opened;
    if (!sent.ok) throw new CommandFailure(EXIT.inputWrong, printable(`${id}: ${sent.message}`));
  }
}
