import { onTestFinished } from 'vitest';
import { startHttpServer } from '../../src/http/server.ts';
import { createInspector, type InspectorOptions } from '../../src/inspector/inspector.ts';
import type { Service } from '../../src/service/service.ts';
import { type Bench, silent, startBench } from '../http/bench.ts';

export interface InspectorBench extends Bench {
  /** Where the server with the inspector listens. */
  readonly site: string;
}

/** A bench with the inspector served over the same service. */
export async function startInspectorBench(options: InspectorOptions = {}): Promise<InspectorBench> {
  const bench = await startBench();
  return { ...bench, site: await serveInspector(bench.service, options) };
}

export async function serveInspector(service: Service, options: InspectorOptions = {}): Promise<string> {
  const { app, address } = await startHttpServer({
    service,
    logger: silent,
    options: { port: 0 },
    extension: createInspector(service, options),
  });
  onTestFinished(() => app.close());
  return address;
}
