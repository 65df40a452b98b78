import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Attributes, type Context, type Span } from '@opentelemetry/api';
import { messageOf } from '#kernel/errors.ts';

const TRACER = 'reeve';

/**
 * Runs `work` inside a span named `name`; a thrown error marks the span and is thrown on. Without `startTelemetry` the
 * span is a no-op and costs next to nothing.
 */
export async function withSpan<T>(name: string, attributes: Attributes, work: (span: Span) => Promise<T>): Promise<T> {
  return run({ name, attributes, kind: SpanKind.INTERNAL, parent: context.active() }, work);
}

/** As `withSpan`, for a request from outside: continues the caller's trace when it sent a W3C `traceparent` header. */
export async function withServerSpan<T>(
  name: string,
  traceparent: string | undefined,
  attributes: Attributes,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  return run({ name, attributes, kind: SpanKind.SERVER, parent: remoteParent(traceparent) }, work);
}

/** As `withSpan`, in the trace that `traceparent` names (kept in a row, often by another process); without one a span like any other. */
export async function withTracedSpan<T>(
  name: string,
  traceparent: string | null,
  attributes: Attributes,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const parent = traceparent === null ? context.active() : remoteParent(traceparent);
  return run({ name, attributes, kind: SpanKind.INTERNAL, parent }, work);
}

/** A span of something that is over (a wait of days, seen at its end), in the trace that `traceparent` names. */
export function recordSpan(name: string, traceparent: string | null, time: { from: Date; to: Date }, attributes: Attributes): void {
  const parent = remoteParent(traceparent ?? undefined);
  trace.getTracer(TRACER).startSpan(name, { attributes, kind: SpanKind.INTERNAL, startTime: time.from }, parent).end(time.to);
}

interface SpanOptions {
  name: string;
  attributes: Attributes;
  kind: SpanKind;
  parent: Context;
}

async function run<T>(options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> {
  const { name, attributes, kind, parent } = options;
  const span = trace.getTracer(TRACER).startSpan(name, { attributes, kind }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), async () => work(span));
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
    throw error;
  } finally {
    span.end();
  }
}

// https://www.w3.org/TR/trace-context/#traceparent-header-field-values
const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})/;

function remoteParent(traceparent: string | undefined): Context {
  const match = TRACEPARENT.exec(traceparent ?? '');
  if (match?.[1] === undefined || match[2] === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: match[1],
    spanId: match[2],
    traceFlags: Number.parseInt(match[3] ?? '00', 16),
    isRemote: true,
  });
}

/** The `traceparent` header of the active span, to hand the trace to another process; undefined outside a span. */
export function activeTraceparent(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}` : undefined;
}
