import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createLog } from '#platform/log/index.ts';
import { createRedactor } from '#platform/redaction/index.ts';
import { createMemoryLog } from '../../../test/kit/log.ts';
import { PassThrough } from 'node:stream';
import { activeTraceparent, createMetrics, startTelemetry, withServerSpan, withSpan, type Telemetry } from './index.ts';

const open: { telemetry?: Telemetry; collector?: Server } = {};
afterEach(async () => {
  await open.telemetry?.stop();
  await new Promise((resolve) => (open.collector ? open.collector.close(resolve) : resolve(null)));
  open.telemetry = undefined;
  open.collector = undefined;
});

interface SentSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  attributes: { key: string; value: { stringValue?: string } }[];
  status: { code?: number; message?: string };
}

async function collector(status = 200): Promise<{ url: string; spans: SentSpan[]; bodies: string[] }> {
  const spans: SentSpan[] = [];
  const bodies: string[] = [];
  open.collector = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(`${request.url ?? ''} ${body}`);
      const sent = JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: SentSpan[] }[] }[] };
      spans.push(...sent.resourceSpans.flatMap((one) => one.scopeSpans.flatMap((scope) => scope.spans)));
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => open.collector?.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(open.collector.address() as AddressInfo).port}`, spans, bodies };
}

const start = async (endpoint: string | null, redact = (text: string) => text, log = createMemoryLog().log) => {
  open.telemetry = await startTelemetry({ endpoint, serviceName: 'reeve', serviceVersion: '1', redact, log });
  return open.telemetry;
};

describe('tracing', () => {
  test('spans are sent on stop, children below parents, continuing the trace of the caller', async () => {
    const sent = await collector();
    const telemetry = await start(sent.url);
    const trace = 'a'.repeat(32);
    await withServerSpan('GET /x', `00-${trace}-${'b'.repeat(16)}-01`, { 'http.route': '/x' }, async () => withSpan('inner', {}, async () => {}));
    await telemetry.stop();
    const [inner, outer] = ['inner', 'GET /x'].map((name) => sent.spans.find((span) => span.name === name));
    expect(outer).toMatchObject({ traceId: trace, parentSpanId: 'b'.repeat(16) });
    expect(inner).toMatchObject({ traceId: trace, parentSpanId: outer?.spanId });
    expect(sent.bodies[0]).toMatch(/^\/v1\/traces .*service\.name.*reeve/);
  });

  test('a thrown error marks its span and is thrown on; secrets leave with no part of a span', async () => {
    const sent = await collector();
    const redactor = createRedactor();
    redactor.register('canary-secret-1');
    const telemetry = await start(sent.url, (text) => redactor.redact(text));
    await expect(
      withSpan('push canary-secret-1', { url: 'https://x/?t=canary-secret-1' }, async () => Promise.reject(new Error('no: canary-secret-1'))),
    ).rejects.toThrow('no: canary-secret-1');
    await telemetry.stop();
    expect(sent.spans).toMatchObject([
      {
        name: 'push [redacted]',
        status: { code: 2, message: 'no: [redacted]' },
        attributes: [{ key: 'url', value: { stringValue: 'https://x/?t=[redacted]' } }],
      },
    ]);
    expect(sent.bodies.join('')).not.toContain('canary-secret-1');
  });

  test('a log line inside a span carries its ids, and the trace can be handed on', async () => {
    const sent = await collector();
    await start(sent.url);
    const out = new PassThrough();
    const log = createLog({ level: 'info', format: 'json', destination: out });
    let header: string | undefined;
    await withSpan('work', {}, async (span) => {
      header = activeTraceparent();
      log.info('inside');
      expect(header).toBe(`00-${span.spanContext().traceId}-${span.spanContext().spanId}-01`);
    });
    log.info('outside');
    const [inside, outside] = String(out.read())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(header).toContain(String(inside?.trace_id));
    expect(inside?.span_id).toHaveLength(16);
    expect(outside).not.toHaveProperty('trace_id');
  });

  test('a collector that refuses is a warning in the log and disturbs no work', async () => {
    const sent = await collector(400);
    const { log, lines } = createMemoryLog();
    const telemetry = await start(sent.url, undefined, log);
    expect(await withSpan('work', {}, async () => 42)).toBe(42);
    await telemetry.stop();
    expect(lines()).toContainEqual(expect.objectContaining({ level: 40, msg: 'traces could not be sent' }));
  });

  test('without an endpoint a span is nothing and work runs as ever', async () => {
    await start(null);
    expect(await withSpan('work', {}, async () => activeTraceparent() ?? 'none')).toBe('none');
  });
});

describe('metrics', () => {
  test('asking for a name twice gives the same metric; a scrape runs its collectors, and a failing one spoils nothing', async () => {
    const metrics = createMetrics({ processMetrics: false });
    metrics.counter('reeve_things_total', 'Things.', ['kind']).inc({ kind: 'a' });
    metrics.counter('reeve_things_total', 'Things.', ['kind']).inc({ kind: 'a' });
    metrics.histogram('reeve_seconds', 'Time.').observe(0.2);
    metrics.onScrape(async () => metrics.gauge('reeve_depth', 'Depth.').set(7));
    metrics.onScrape(async () => Promise.reject(new Error('no database')));
    const { text, contentType } = await metrics.render();
    expect(contentType).toContain('text/plain');
    expect(text).toContain('reeve_things_total{kind="a"} 2');
    expect(text).toContain('reeve_depth 7');
    expect(text).toContain('reeve_seconds_bucket{le="0.25"} 1');
  });

  test('a distribution that is read from elsewhere is a histogram with what was set last', async () => {
    const metrics = createMetrics({ processMetrics: false });
    const took = metrics.distribution('reeve_took_seconds', 'Time.', [1, 5]);
    expect(metrics.distribution('reeve_took_seconds', 'Time.', [1, 5])).toBe(took);
    took.set([{ labels: { rung: 'R0' }, atMost: [9, 9], count: 9, sum: 9 }]);
    took.set([{ labels: { rung: 'R1' }, atMost: [1, 2], count: 3, sum: 20.5 }]);
    expect((await metrics.render()).text.trim().split('\n')).toEqual([
      '# HELP reeve_took_seconds Time.',
      '# TYPE reeve_took_seconds histogram',
      'reeve_took_seconds_bucket{rung="R1",le="1"} 1',
      'reeve_took_seconds_bucket{rung="R1",le="5"} 2',
      'reeve_took_seconds_bucket{rung="R1",le="+Inf"} 3',
      'reeve_took_seconds_sum{rung="R1"} 20.5',
      'reeve_took_seconds_count{rung="R1"} 3',
    ]);
  });

  test('process metrics are there by default', async () => {
    expect((await createMetrics().render()).text).toContain('process_resident_memory_bytes');
  });
});
