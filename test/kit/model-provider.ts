import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createModelProxy } from '#connectors/model-proxy/index.ts';
import type { ModelProxySpec, OpenModelProxy, ProxyUsage, UpstreamKind } from '#ports/model-proxy.ts';

/** The key that must never be seen on the agent's side. */
export const REAL_KEY = 'sk-real-key-of-the-operator';

/** A model provider at the wire, the gateway in front of it, and a client at the gateway's socket. */
export interface GatewayBench {
  /** How the provider answers. */
  answer: RequestListener;
  /** What reached the provider. */
  seen: Array<{ method: string; url: string; headers: IncomingHttpHeaders; body: string }>;
  usages: ProxyUsage[];
  exhausted: string[];
  /** Everything that was logged. */
  logged: string;
  folder(): string;
  socketPath(): string;
  /** The gateway's own key. */
  key(): string;
  gateway(): OpenModelProxy;
  openGateway(kind: UpstreamKind, change?: Partial<ModelProxySpec>): Promise<OpenModelProxy>;
  /** Sends a request and gives the answer as soon as its head is there. */
  send(path: string, body: unknown, headers?: Record<string, string>, method?: string): Promise<IncomingMessage>;
  ask(
    path: string,
    body: unknown,
    headers?: Record<string, string>,
    method?: string,
  ): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>;
  open(): Promise<void>;
  close(): Promise<void>;
}

export function createGatewayBench(): GatewayBench {
  let folder = '';
  let opened: OpenModelProxy | null = null;
  const note = (...parts: unknown[]): void => void (bench.logged += JSON.stringify(parts));
  const log = { debug: note, info: note, warn: note, error: note, child: () => log } as never;
  const provider = createServer((request, response) => {
    void text(request).then((body) => {
      bench.seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      bench.answer(request, response);
    });
  });
  const gateway = (): OpenModelProxy => {
    if (opened === null) throw new Error('the gateway is not open');
    return opened;
  };
  const bench: GatewayBench = {
    answer: () => {},
    seen: [],
    usages: [],
    exhausted: [],
    logged: '',
    folder: () => folder,
    socketPath: () => join(folder, 'gw.sock'),
    key: () => gateway().env['REEVE_GATEWAY_KEY'] ?? '',
    gateway,
    async openGateway(kind, change = {}) {
      const baseUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}${kind === 'openai' ? '/v1' : ''}`;
      opened = await createModelProxy({ log }).open({
        runId: 'run_test',
        socketPath: bench.socketPath(),
        upstream: { kind, baseUrl, apiKey: REAL_KEY },
        price: { inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 2_000_000 },
        budget: { tokens: 1000, costMicros: 1_000_000 },
        onUsage: (usage) => bench.usages.push(usage),
        onExhausted: (detail) => bench.exhausted.push(detail),
        ...change,
      });
      return opened;
    },
    async send(path, body, headers = { authorization: `Bearer ${bench.key()}` }, method = 'POST') {
      const all = { 'content-type': 'application/json', cookie: 'x=1', ...headers };
      const request = httpRequest({ socketPath: bench.socketPath(), path, method, headers: all });
      request.end(method === 'GET' ? undefined : JSON.stringify(body));
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      return response;
    },
    async ask(path, body, headers, method) {
      const response = await bench.send(path, body, headers, method);
      return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
    },
    async open() {
      folder = await mkdtemp(join(tmpdir(), 'reeve-gw-'));
      Object.assign(bench, { answer: () => {}, seen: [], usages: [], exhausted: [], logged: '' });
      provider.listen(0, '127.0.0.1');
      await once(provider, 'listening');
    },
    async close() {
      await opened?.close();
      opened = null;
      provider.closeAllConnections();
      await new Promise((done) => provider.close(done));
      await rm(folder, { recursive: true, force: true });
    },
  };
  return bench;
}

/** A JSON answer, with headers of the provider that are nobody else's business. */
export const json =
  (body: unknown, status = 200): RequestListener =>
  (_request, response) => {
    const headers = { 'content-type': 'application/json', 'set-cookie': 'session=1', 'openai-organization': 'org-secret' };
    response.writeHead(status, headers).end(JSON.stringify(body));
  };

/** An answer as server-sent events. */
export const events =
  (...parts: unknown[]): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const part of parts) response.write(`data: ${typeof part === 'string' ? part : JSON.stringify(part)}\n\n`);
    response.end();
  };
