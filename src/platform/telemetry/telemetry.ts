import { context, trace } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { messageOf } from '#kernel/errors.ts';
import type { Log } from '#platform/log/index.ts';

export interface TelemetryOptions {
  /** OTLP over HTTP, without `/v1/traces`; null turns tracing off. */
  endpoint: string | null;
  serviceName: string;
  serviceVersion: string;
  /** Applied to every text that leaves with a span. */
  redact: (text: string) => string;
  /** Told of failed exports; tracing never disturbs the work. */
  log: Log;
}

export interface Telemetry {
  /** Sends what is buffered and stops; safe to call twice. */
  stop(): Promise<void>;
}

/** Registers the process-wide tracer when an endpoint is configured; loads no SDK otherwise. Once per process. */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  if (options.endpoint === null) return { stop: async () => {} };
  const [{ OTLPTraceExporter }, { BatchSpanProcessor, TracerProvider }, { AsyncLocalStorageContextManager }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/context-async-hooks'),
      import('@opentelemetry/resources'),
    ]);
  const exporter = redacting(new OTLPTraceExporter({ url: `${options.endpoint}/v1/traces` }), options);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.serviceName, 'service.version': options.serviceVersion }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 2000 })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(provider);
  let stopping: Promise<void> | null = null;
  return {
    stop() {
      stopping ??= provider
        .shutdown()
        // The last export may fail; it was logged, and a stop goes on.
        .catch((error: unknown) => options.log.warn({ error: messageOf(error) }, 'the tracer did not stop cleanly'))
        .finally(() => {
          trace.disable();
          context.disable();
        });
      return stopping;
    },
  };
}

/** Spans hold messages of errors and names from outside: they pass the same redaction as logs. */
function redacting(inner: SpanExporter, options: TelemetryOptions): SpanExporter {
  return {
    export(spans, done) {
      inner.export(
        spans.map((span) => cleanSpan(span, options.redact)),
        (result) => {
          if (result.error) options.log.warn({ error: result.error.message }, 'traces could not be sent');
          done(result);
        },
      );
    },
    shutdown: async () => inner.shutdown(),
    forceFlush: async () => inner.forceFlush?.(),
  };
}

function cleanSpan(span: ReadableSpan, redact: (text: string) => string): ReadableSpan {
  const clean = <T>(value: T): T => JSON.parse(redact(JSON.stringify(value))) as T;
  const status = span.status.message === undefined ? span.status : { ...span.status, message: redact(span.status.message) };
  return Object.create(span, {
    name: { value: redact(span.name) },
    attributes: { value: clean(span.attributes) },
    events: { value: span.events.map((event) => (event.attributes ? { ...event, attributes: clean(event.attributes) } : event)) },
    status: { value: status },
  }) as ReadableSpan;
}
