import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An Open Policy Agent at HTTP level: the data API, one rule, `/v1/data/reeve/decision`. */
export interface FakeOpa {
  /** Address of the rule. */
  url: string;
  /** Bodies that came in. */
  inputs: unknown[];
  /** The rule's value for an input; undefined: the rule is undefined. */
  rule(decide: (input: { action_kind: string; facts: Record<string, unknown> }) => unknown): void;
  /** Answers with this instead, whatever is asked. */
  fault(answer: (request: IncomingMessage, response: ServerResponse) => void): void;
  close(): Promise<void>;
}

export async function startFakeOpa(): Promise<FakeOpa> {
  const inputs: unknown[] = [];
  let decide: Parameters<FakeOpa['rule']>[0] = () => undefined;
  let fault: Parameters<FakeOpa['fault']>[0] | null = null;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (fault !== null) return fault(request, response);
    if (request.method !== 'POST' || request.url !== '/v1/data/reeve/decision') return void response.writeHead(404).end();
    const { input } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { input: Parameters<typeof decide>[0] };
    inputs.push(input);
    const result = decide(input);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result === undefined ? {} : { result }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/data/reeve/decision`,
    inputs,
    rule(given) {
      decide = given;
      fault = null;
    },
    fault(given) {
      fault = given;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
