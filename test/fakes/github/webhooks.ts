import { createHmac, randomUUID } from 'node:crypto';
import { payloadOf } from './payloads.ts';
import type { Actor, Json, Repository } from './state.ts';
import type { World } from './world.ts';

/** Where deliveries go: a hook of a repository, or an App's. */
export interface Hook {
  id: number;
  url: string;
  secret: string | null;
  /** `*` for all. */
  events: string[];
  active: boolean;
  /** Full name; null: every repository (of the App's installations, where `appId` is given). */
  repository: string | null;
  /** Set: payloads name the installation, and only what the App can see is told. */
  appId: number | null;
  createdAt: string;
}

export interface Delivery {
  id: number;
  guid: string;
  hook: number;
  event: string;
  action: string | null;
  repositoryId: number | null;
  installationId: number | null;
  payload: Json;
  /** Signed bytes, as sent. */
  body: string;
  headers: Record<string, string>;
  createdAt: string;
  deliveredAt: string;
  redelivery: boolean;
  /** `waiting` until it was sent; `dropped`: GitHub says it failed and nobody ever heard of it. */
  state: 'waiting' | 'sent' | 'dropped';
  /** HTTP status of the receiver; 0 where none came. */
  statusCode: number;
  durationS: number;
  answer: string;
}

interface Tamper {
  event: string | null;
  action: string | null;
  left: number;
  how: 'drop' | 'duplicate' | { delayMs: number };
}

/** Signed webhooks: in order by default; held back, dropped, doubled, turned around and delayed by switches. */
export class Webhooks {
  readonly hooks: Hook[] = [];
  readonly deliveries: Delivery[] = [];
  #held: Delivery[] | null = null;
  #tampers: Tamper[] = [];
  #line: Promise<unknown> = Promise.resolve();
  #late = new Set<Promise<unknown>>();
  #closed = new AbortController();
  #lastId = 0;

  /** Nothing is sent until `release`. */
  hold(): void {
    this.#held ??= [];
  }

  /** Sends what was held, in the order it came or in the one `order` makes of it. */
  async release(order: (held: Delivery[]) => Delivery[] = (held) => held): Promise<void> {
    const held = this.#held ?? [];
    this.#held = null;
    for (const delivery of order(held)) this.#queue(delivery);
    await this.settled();
  }

  /** The next `times` deliveries of an event (`issues`, `issues.labeled`, or any) never arrive; GitHub keeps them as failed. */
  drop(event: string | null = null, times = 1): void {
    this.#tamper(event, times, 'drop');
  }

  /** They arrive twice, with the same delivery id. */
  duplicate(event: string | null = null, times = 1): void {
    this.#tamper(event, times, 'duplicate');
  }

  /** They arrive later than what comes after them. */
  delay(event: string | null, delayMs: number, times = 1): void {
    this.#tamper(event, times, { delayMs });
  }

  #tamper(event: string | null, times: number, how: Tamper['how']): void {
    const [name = null, action = null] = event?.split('.') ?? [];
    this.#tampers.push({ event: name, action, left: times, how });
  }

  emit(world: World, repository: Repository, actor: Actor, event: string, action: string | null, fields: Json): void {
    for (const hook of this.hooks) {
      if (!hook.active || !(hook.events.includes('*') || hook.events.includes(event))) continue;
      if (hook.repository !== null && hook.repository.toLowerCase() !== repository.fullName.toLowerCase()) continue;
      if (!mayHear(hook, event, action, fields)) continue;
      const made = payloadOf(world, repository, actor, event, action, fields, hook.appId);
      if (made === null) continue;
      this.send(hook, event, action, made, repository.data.id);
    }
  }

  /** Keeps and queues a payload of any kind for one hook. */
  send(hook: Hook, event: string, action: string | null, payload: Json, repositoryId: number | null = null): Delivery {
    const body = JSON.stringify(payload);
    this.#lastId += 1;
    const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const guid = randomUUID();
    const installation = payload['installation'] as { id: number } | undefined;
    const delivery: Delivery = {
      id: this.#lastId,
      guid,
      hook: hook.id,
      event,
      action,
      repositoryId,
      installationId: installation?.id ?? null,
      payload,
      body,
      headers: headersOf(hook, event, guid, body),
      createdAt: now,
      deliveredAt: now,
      redelivery: false,
      state: 'waiting',
      statusCode: 0,
      durationS: 0,
      answer: '',
    };
    this.deliveries.push(delivery);
    if (this.#held === null) this.#queue(delivery);
    else this.#held.push(delivery);
    return delivery;
  }

  /** Sends a kept delivery again, under its delivery id, as the button "Redeliver" does. */
  redeliver(id: number): Delivery {
    const first = this.deliveries.find((delivery) => delivery.id === id);
    if (first === undefined) throw new Error(`no delivery ${id}`);
    this.#lastId += 1;
    const again: Delivery = { ...first, id: this.#lastId, redelivery: true, state: 'waiting', statusCode: 0, answer: '' };
    this.deliveries.push(again);
    this.#queue(again);
    return again;
  }

  /** When everything that is not held has been sent, also what came meanwhile. */
  async settled(): Promise<void> {
    for (;;) {
      const line = this.#line;
      await Promise.all([line, ...this.#late]);
      if (line === this.#line && this.#late.size === 0) return;
    }
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.settled();
  }

  #queue(delivery: Delivery): void {
    const tamper = this.#tampers.find(
      ({ event, action }) => (event ?? delivery.event) === delivery.event && (action ?? delivery.action) === delivery.action,
    );
    if (tamper !== undefined && !delivery.redelivery) {
      tamper.left -= 1;
      if (tamper.left <= 0) this.#tampers = this.#tampers.filter((other) => other !== tamper);
      if (tamper.how === 'drop') {
        delivery.state = 'dropped';
        return;
      }
      if (tamper.how === 'duplicate') this.#queueSending(delivery);
      else return this.#queueLate(delivery, tamper.how.delayMs);
    }
    this.#queueSending(delivery);
  }

  #queueSending(delivery: Delivery): void {
    this.#line = this.#line.then(() => this.#post(delivery));
  }

  #queueLate(delivery: Delivery, delayMs: number): void {
    const late = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.#closed.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    })
      .then(() => this.#post(delivery))
      .finally(() => this.#late.delete(late));
    this.#late.add(late);
  }

  async #post(delivery: Delivery): Promise<void> {
    const hook = this.hooks.find(({ id }) => id === delivery.hook);
    if (hook === undefined || this.#closed.signal.aborted) return;
    const began = performance.now();
    delivery.deliveredAt = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    try {
      // GitHub gives a receiver ten seconds.
      const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(10_000)]);
      const response = await fetch(hook.url, { method: 'POST', headers: delivery.headers, body: delivery.body, signal });
      delivery.answer = await response.text();
      delivery.statusCode = response.status;
    } catch (error) {
      delivery.answer = error instanceof Error ? error.message : 'no answer';
    }
    delivery.state = 'sent';
    delivery.durationS = Math.round((performance.now() - began) / 10) / 100;
  }
}

/** "The `requested` action type is … received by GitHub Apps": only by the one whose suite it is. */
function mayHear(hook: Hook, event: string, action: string | null, fields: Json): boolean {
  if (event !== 'check_suite' || (action !== 'requested' && action !== 'rerequested')) return true;
  return (fields['check_suite'] as { app: { id: number } }).app.id === hook.appId;
}

function headersOf(hook: Hook, event: string, guid: string, body: string): Record<string, string> {
  const digest = (algorithm: string) =>
    createHmac(algorithm, hook.secret ?? '')
      .update(body)
      .digest('hex');
  return {
    'content-type': 'application/json',
    accept: '*/*',
    'user-agent': 'GitHub-Hookshot/0fake00',
    'x-github-event': event,
    'x-github-delivery': guid,
    'x-github-hook-id': String(hook.id),
    'x-github-hook-installation-target-id': String(hook.appId ?? hook.id),
    'x-github-hook-installation-target-type': hook.appId === null ? 'repository' : 'integration',
    ...(hook.secret === null ? {} : { 'x-hub-signature': `sha1=${digest('sha1')}`, 'x-hub-signature-256': `sha256=${digest('sha256')}` }),
  };
}
