import { DiagLogLevel, diag, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import type { Tracing } from './traces.ts';

/** The longest that handing over the last spans may hold up an end. */
const EXPORT_MS = 5_000;

/**
 * Sends the traces of events to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names, over HTTP, as
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/ has it; OTEL_SERVICE_NAME and
 * OTEL_RESOURCE_ATTRIBUTES count too. A collector that is away costs spans and a line in the log, nothing else.
 */
export function collectTraces(version: string, logger: Logger): Tracing {
  const warn = (message: string) => logger.warn({ reason: message }, 'OpenTelemetry reports a problem');
  const ignore = () => {};
  diag.setLogger(
    { error: warn, warn, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'muster', 'service.version': version }))
    .merge(detectResources({ detectors: [envDetector] }));
  const exporter = new OTLPTraceExporter();
  const provider = new TracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: EXPORT_MS })],
  });
  const tracer = provider.getTracer('muster', version);
  return {
    trace(traceparent) {
      const parent = parseTraceParent(traceparent);
      if (parent === null || (parent.traceFlags & TraceFlags.SAMPLED) === 0) return null;
      const context = trace.setSpanContext(ROOT_CONTEXT, parent);
      return {
        begin(name, facts = {}) {
          const span = tracer.startSpan(name, { attributes: facts }, context);
          return {
            end(more = {}) {
              span.setAttributes(more);
              span.end();
            },
          };
        },
      };
    },
    async close() {
      try {
        await provider.shutdown();
      } catch (error) {
        logger.warn({ err: error }, 'The last traces did not reach the collector');
      }
    },
  };
}
