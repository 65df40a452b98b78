import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTelemetry, withSpan, type Telemetry } from '#platform/telemetry/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, createWorld, merge, person, propose, worldEffect } from '../../../test/kit/governance.ts';
import { silentLog } from '../../../test/kit/log.ts';

interface Sent {
  name: string;
  traceId: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
}

let database: TestDatabase;
let collector: Server;
let endpoint = '';
const spans: Sent[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  await createWorld(database.db);
  collector = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const sent = JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Sent[] }[] }[] };
      spans.push(...sent.resourceSpans.flatMap((one) => one.scopeSpans.flatMap((scope) => scope.spans)));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => collector.close(resolve));
  await database.close();
});

const start = (): Promise<Telemetry> =>
  startTelemetry({ endpoint, serviceName: 'reeve', serviceVersion: '1', redact: (text) => text, log: silentLog });

test('proposing, waiting and executing are one trace, also when another process executes', async () => {
  const first = await start();
  const before = createGovernance(database.db);
  const action = await withSpan('request', {}, () => propose(before, merge()));
  await first.stop();

  const second = await start();
  const after = createGovernance(database.db, { id: 'w2', epoch: 2 });
  after.actions.register(worldEffect(database.db, 'pr.merge'));
  await after.approvals.decide(action.id, { decision: 'approve', digest: action.digest }, person('mia'));
  expect((await after.actions.execute(action.id)).status).toBe('executed');
  await second.stop();

  const named = (name: string) => spans.find((span) => span.name === name);
  const trace = named('request')?.traceId;
  expect(trace).toMatch(/^[0-9a-f]{32}$/);
  expect(['action.propose', 'approval.wait', 'action.execute'].map((name) => named(name)?.traceId)).toEqual([trace, trace, trace]);
  const wait = named('approval.wait');
  expect(BigInt(wait?.startTimeUnixNano ?? 0) / 1_000_000n).toBe(BigInt(action.createdAt.getTime()));
  expect(BigInt(wait?.endTimeUnixNano ?? 0)).toBeGreaterThan(BigInt(wait?.startTimeUnixNano ?? 0));
});
