import { onTestFinished } from 'vitest';
import { startHttpServer } from '../../src/http/server.ts';
import { createInspector } from '../../src/inspector/inspector.ts';
import type { Service } from '../../src/service/service.ts';
import { type Bench, silent, startBench } from '../http/bench.ts';

export interface InspectorBench extends Bench {
  /** Where the server with the inspector listens. */
  readonly site: string;
}

/** A bench with the inspector served over the same service. */
export async function startInspectorBench(): Promise<InspectorBench> {
  const bench = await startBench();
  return { ...bench, site: await serveInspector(bench.service) };
}

export async function serveInspector(service: Service): Promise<string> {
  const { app, address } = await startHttpServer({
    service,
    logger: silent,
    options: { port: 0 },
    extension: createInspector(service),
  });
  onTestFinished(() => app.close());
  return address;
}
