import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server received. */
export interface ModelServerRequest {
  /** `/v1/chat/completions` or `/v1/messages`. */
  path: string;
  headers: IncomingMessage['headers'];
  body: Record<string, unknown>;
}

/** What it shall do next. */
export type ModelServerReply =
  | { kind: 'answer'; text: string; inputTokens?: number; outputTokens?: number; finish?: 'stop' | 'length' | 'refusal' }
  | { kind: 'status'; status: number; message: string; headers?: Record<string, string> }
  /** Half of a body, then the connection ends. */
  | { kind: 'cut' }
  /** Nothing, until the client leaves. */
  | { kind: 'hang' }
  /** 200 with something that is no answer. */
  | { kind: 'garbage'; body: string };

export interface ModelServer {
  /** Base URL with `/v1`. */
  url: string;
  requests: ModelServerRequest[];
  /** Queued replies, used once each; when none is left the last one stays. */
  reply(...replies: ModelServerReply[]): void;
  /** Decides each reply by the request; wins over the queue until set to null. */
  decide(by: ((request: ModelServerRequest) => ModelServerReply) | null): void;
  close(): Promise<void>;
}

/** A language model at the wire: OpenAI's chat completions and Anthropic's messages, on a free port of the loopback. */
export async function startModelServer(): Promise<ModelServer> {
  const requests: ModelServerRequest[] = [];
  let queue: ModelServerReply[] = [{ kind: 'answer', text: '{}' }];
  let decide: ((request: ModelServerRequest) => ModelServerReply) | null = null;
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const request = {
        path: incoming.url ?? '',
        headers: incoming.headers,
        body: JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}') as Record<string, unknown>,
      };
      requests.push(request);
      const next = decide?.(request) ?? (queue.length > 1 ? queue.shift() : queue[0]) ?? { kind: 'answer', text: '{}' };
      send(outgoing, request, next);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    reply(...replies) {
      queue = replies;
    },
    decide(by) {
      decide = by;
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

function send(outgoing: ServerResponse, request: ModelServerRequest, reply: ModelServerReply): void {
  switch (reply.kind) {
    case 'hang':
      return;
    case 'cut': {
      outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      outgoing.write('{"id": "cut');
      setImmediate(() => outgoing.destroy());
      return;
    }
    case 'garbage':
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end(reply.body);
      return;
    case 'status':
      outgoing
        .writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
        .end(JSON.stringify({ error: { message: reply.message, type: 'error' } }));
      return;
    case 'answer': {
      const body = request.path.endsWith('/messages') ? toMessage(request, reply) : toCompletion(request, reply);
      outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    }
  }
}

type Answer = Extract<ModelServerReply, { kind: 'answer' }>;

function toCompletion(request: ModelServerRequest, { text, inputTokens = 10, outputTokens = 5, finish = 'stop' }: Answer): object {
  const message = finish === 'refusal' ? { role: 'assistant', content: null, refusal: text } : { role: 'assistant', content: text };
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_767_225_600,
    model: `${String(request.body['model'])}-2026-01-01`,
    choices: [{ index: 0, message, finish_reason: finish === 'refusal' ? 'stop' : finish }],
    usage: { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens },
  };
}

/** A schema asked for as a forced tool is answered as that tool's input, as the real one does. */
function toMessage(request: ModelServerRequest, { text, inputTokens = 10, outputTokens = 5, finish = 'stop' }: Answer): object {
  const tools = request.body['tools'] as Array<{ name: string }> | undefined;
  const content =
    tools?.[0] === undefined ? { type: 'text', text } : { type: 'tool_use', id: 'toolu_1', name: tools[0].name, input: JSON.parse(text) as unknown };
  const reason = finish === 'stop' ? (tools === undefined ? 'end_turn' : 'tool_use') : finish === 'length' ? 'max_tokens' : 'refusal';
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: `${String(request.body['model'])}-20260101`,
    content: [content],
    stop_reason: reason,
    stop_sequence: null,
    usage: { input_tokens: inputTokens, output_tokens: outputTokens },
  };
}
