import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Slack at HTTP level, as much of it as Reeve uses: the Web API, reply addresses, and signed requests as Slack sends them. */
export interface FakeSlack {
  /** For REEVE_SLACK_API_URL. */
  apiUrl: string;
  token: string;
  signingSecret: string;
  /** Messages that are in channels now, by their id, in order of posting. */
  messages: Map<string, FakeMessage>;
  /** Forms that were opened, in order. */
  views: Array<{ trigger: string; view: Json }>;
  /** What came to reply addresses, in order. */
  replies: Array<{ address: string; body: Json }>;
  /** Every call of the Web API, in order, whatever became of it. */
  calls: Array<{ method: string; given: Json }>;
  users: Map<string, { name: string }>;
  /** The next calls of `method` go wrong this way, one each. */
  fail(method: string, ...ways: Failure[]): void;
  /** A request to `POST /commands/slack` of a server, signed. Options make it wrong. */
  send(reeveUrl: string, body: string, wrong?: Wrong): Promise<{ status: number; text: string }>;
  command(reeveUrl: string, command: string, text: string, speaker?: Speaker): Promise<{ status: number; text: string }>;
  press(reeveUrl: string, button: FakeButton, speaker?: Speaker): Promise<{ status: number; text: string }>;
  submit(reeveUrl: string, view: Json, fields: Record<string, string>, speaker?: Speaker): Promise<{ status: number; text: string }>;
  stop(): Promise<void>;
}

export type Json = Record<string, unknown>;
export interface FakeMessage {
  channel: string;
  ts: string;
  text: string;
  blocks: Json[];
  metadata: Json | null;
  edits: number;
}
export interface FakeButton {
  action_id: string;
  value: string;
}
export interface Speaker {
  user?: string;
  team?: string;
  trigger?: string;
}
/** `lost`: done, and the connection breaks. `hangs`: nothing is done or said. `error:<name>`: Slack's own refusal. */
export type Failure = 'lost' | 'hangs' | 'rate_limited' | 'http_500' | `error:${string}`;
export interface Wrong {
  secret?: string;
  timestamp?: number;
  /** Sent instead of the body that was signed. */
  swap?: string;
  signature?: string | null;
  reuse?: { timestamp: string; signature: string };
}

const TEAM = 'T0000TEST';

export async function startFakeSlack(): Promise<FakeSlack> {
  const world = new World();
  const server = createServer((request, response) => void world.serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return world.faced(server);
}

class World {
  readonly messages = new Map<string, FakeMessage>();
  readonly views: FakeSlack['views'] = [];
  readonly replies: FakeSlack['replies'] = [];
  readonly calls: FakeSlack['calls'] = [];
  readonly users = new Map<string, { name: string }>();
  readonly failures = new Map<string, Failure[]>();
  readonly usedTriggers = new Set<string>();
  readonly token = 'xoxb-test-token';
  readonly signingSecret = 'test-signing-secret';
  origin = '';
  #count = 0;

  next(): number {
    this.#count += 1;
    return this.#count;
  }

  faced(server: Server): FakeSlack {
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { messages, views, replies, calls, users, token, signingSecret } = this;
    const own = { messages, views, replies, calls, users, token, signingSecret };
    return {
      ...own,
      apiUrl: `${this.origin}/api`,
      fail: (method, ...ways) => void this.failures.set(method, [...(this.failures.get(method) ?? []), ...ways]),
      send: (url, body, wrong) => this.send(url, body, wrong),
      command: (url, command, text, speaker) => this.send(url, this.commandBody(command, text, speaker)),
      press: (url, button, speaker) => this.send(url, this.pressBody(button, speaker)),
      submit: (url, view, fields, speaker) => this.send(url, this.submitBody(view, fields, speaker)),
      stop: () =>
        new Promise((resolve) => {
          server.closeAllConnections();
          server.close(() => resolve());
        }),
    };
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request);
    const path = new URL(request.url ?? '/', this.origin).pathname;
    if (path.startsWith('/reply/')) {
      const broken = this.failures.get('reply')?.shift();
      if (broken === 'hangs') return;
      if (broken !== undefined) return void response.writeHead(500).end();
      this.replies.push({ address: `${this.origin}${path}`, body: JSON.parse(body) as Json });
      response.writeHead(200).end('ok');
      return;
    }
    const method = path.replace('/api/', '');
    const given = parseCall(request, body);
    this.calls.push({ method, given });
    const failure = this.failures.get(method)?.shift();
    if (request.headers.authorization !== `Bearer ${this.token}`) return answer(response, { ok: false, error: 'invalid_auth' });
    if (failure === 'hangs') return;
    if (failure === 'rate_limited') return void response.writeHead(429, { 'retry-after': '7' }).end();
    if (failure === 'http_500') return void response.writeHead(500).end('oops');
    if (failure?.startsWith('error:') === true) return answer(response, { ok: false, error: failure.slice('error:'.length) });
    const result = this.run(method, given);
    if (failure === 'lost') return void response.destroy();
    answer(response, result);
  }

  run(method: string, given: Json): Json {
    switch (method) {
      case 'chat.postMessage':
        return this.post(given);
      case 'chat.update':
        return this.update(given);
      case 'conversations.history':
        return { ok: true, messages: [...this.messages.values()].filter(({ channel }) => channel === given['channel']).toReversed() };
      case 'views.open':
        return this.open(given);
      case 'users.info': {
        const user = this.users.get(String(given['user'] as string));
        return user === undefined ? { ok: false, error: 'user_not_found' } : { ok: true, user: { ...user, profile: { display_name: user.name } } };
      }
      default:
        return { ok: false, error: 'unknown_method' };
    }
  }

  post(given: Json): Json {
    const ts = `${1_700_000_000 + this.next()}.000100`;
    const message = { channel: given['channel'] as string, ts, text: given['text'] as string, blocks: (given['blocks'] ?? []) as Json[] };
    this.messages.set(ts, { ...message, metadata: (given['metadata'] ?? null) as Json | null, edits: 0 });
    return { ok: true, channel: message.channel, ts };
  }

  update(given: Json): Json {
    const message = this.messages.get(given['ts'] as string);
    if (message === undefined) return { ok: false, error: 'message_not_found' };
    message.text = given['text'] as string;
    message.blocks = (given['blocks'] ?? []) as Json[];
    message.edits += 1;
    return { ok: true, channel: message.channel, ts: message.ts };
  }

  /** A trigger opens one form. */
  open(given: Json): Json {
    const trigger = given['trigger_id'] as string;
    if (this.usedTriggers.has(trigger)) return { ok: false, error: 'exchanged_trigger_id' };
    if (trigger === 'expired') return { ok: false, error: 'expired_trigger_id' };
    this.usedTriggers.add(trigger);
    this.views.push({ trigger, view: given['view'] as Json });
    return { ok: true, view: given['view'] };
  }

  commandBody(command: string, text: string, speaker: Speaker = {}): string {
    const { user, team, trigger } = this.speaker(speaker);
    return new URLSearchParams({
      token: 'deprecated',
      team_id: team,
      team_domain: 'test',
      channel_id: 'C0000TEST',
      user_id: user,
      user_name: 'somebody',
      command: `/${command}`,
      text,
      response_url: this.replyAddress(),
      trigger_id: trigger,
      api_app_id: 'A1',
    }).toString();
  }

  pressBody(button: FakeButton, speaker: Speaker = {}): string {
    const { user, team, trigger } = this.speaker(speaker);
    return payloadBody({
      type: 'block_actions',
      team: { id: team, domain: 'test' },
      user: { id: user, username: 'somebody', team_id: team },
      trigger_id: trigger,
      response_url: this.replyAddress(),
      actions: [{ type: 'button', action_id: button.action_id, block_id: 'b', value: button.value, action_ts: '1' }],
    });
  }

  submitBody(view: Json, fields: Record<string, string>, speaker: Speaker = {}): string {
    const { user, team } = this.speaker(speaker);
    const values = Object.fromEntries(
      Object.entries(fields).map(([block, value]) => {
        const input = (view['blocks'] as Array<{ block_id?: string; element?: { type: string } }>).find(({ block_id }) => block_id === block);
        const chosen = input?.element?.type === 'static_select';
        return [block, { value: chosen ? { type: 'static_select', selected_option: { value } } : { type: 'plain_text_input', value } }];
      }),
    );
    const { callback_id, private_metadata } = view;
    return payloadBody({
      type: 'view_submission',
      team: { id: team },
      user: { id: user },
      view: { id: 'V1', callback_id, private_metadata, state: { values } },
    });
  }

  speaker(given: Speaker): Required<Speaker> {
    return { user: given.user ?? 'U0000MIA', team: given.team ?? TEAM, trigger: given.trigger ?? `trigger-${this.next()}` };
  }

  replyAddress(): string {
    return `${this.origin}/reply/${this.next()}`;
  }

  async send(reeveUrl: string, body: string, wrong: Wrong = {}): Promise<{ status: number; text: string }> {
    const timestamp = wrong.reuse?.timestamp ?? String(wrong.timestamp ?? Math.floor(Date.now() / 1000));
    const signature =
      wrong.reuse?.signature ??
      `v0=${createHmac('sha256', wrong.secret ?? this.signingSecret)
        .update(`v0:${timestamp}:${body}`)
        .digest('hex')}`;
    const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded', 'x-slack-request-timestamp': timestamp };
    if (wrong.signature !== null) headers['x-slack-signature'] = wrong.signature ?? signature;
    const response = await fetch(`${reeveUrl}/commands/slack`, { method: 'POST', headers, body: wrong.swap ?? body });
    return { status: response.status, text: await response.text() };
  }
}

const payloadBody = (payload: Json): string => new URLSearchParams({ payload: JSON.stringify(payload) }).toString();

function answer(response: ServerResponse, body: Json): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Forms carry structured members as JSON text, as the official client sends them. */
function parseCall(request: IncomingMessage, body: string): Json {
  if (request.headers['content-type']?.includes('json') === true) return JSON.parse(body) as Json;
  return Object.fromEntries(
    [...new URLSearchParams(body)].map(([key, value]) => [key, /^[[{]/.test(value) ? (JSON.parse(value) as unknown) : value]),
  );
}

function readAll(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (text += chunk));
    request.on('end', () => resolve(text));
    request.on('error', reject);
  });
}

/** The button with this label, as Slack would show it under the message. */
export function buttonOf(message: FakeMessage, label: string): FakeButton {
  for (const block of message.blocks)
    for (const element of (block['elements'] ?? []) as Array<FakeButton & { type: string; text?: { text: string } }>)
      if (element.type === 'button' && element.text?.text === label) return element;
  throw new Error(`no button "${label}" in: ${textOf(message)}`);
}

/** Everything a reader of the message sees, in order. */
export function textOf(message: { blocks: Json[] }): string {
  const texts: string[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) {
        if (key === 'text' && typeof inner === 'string') texts.push(inner);
        else walk(inner);
      }
  };
  walk(message.blocks);
  return texts.join('\n');
}
