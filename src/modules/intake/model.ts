import { z } from 'zod';
import type { EventId } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import { ForgeEvent } from '#ports/forge-event.ts';
import type { WebhookFact } from '#ports/webhook.ts';

export { ForgeEvent } from '#ports/forge-event.ts';

/** Kind of a delivery nobody here understands: stored, and of no effect. */
export const IGNORED_KIND = 'ignored';

/** What a connector made of one delivery: a fact, or why it is none of ours. */
export type Normalised = WebhookFact;

/** One delivery as it came in; its signature was verified before. */
export interface Delivery {
  /** `github`, `local`, `ci`, … */
  source: string;
  /** The sender's own id of this delivery: the same for a repeated one. */
  deliveryId: string;
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The bytes as received. */
  body: Buffer;
  /** The sender signs the bytes and not the id: the same bytes under another id count as repeated. */
  signed?: boolean;
  /** Pure; may throw on what it cannot read, which stores the delivery as ignored with that sentence. */
  normalise(delivery: { headers: Delivery['headers']; body: Buffer; receivedAt: Date }): Normalised;
}

/** How the ids begin of what nobody sent: Reeve read it itself, where a webhook was missed or before there were any. */
export const READ_BY = ['reconciled', 'reread', 'backfilled'] as const;
export type ReadId = `${(typeof READ_BY)[number]}:${string}`;

/** A stored event. */
export interface StoredEvent {
  id: EventId;
  source: string;
  deliveryId: string;
  /** The kind of a `ForgeEvent`, or `ignored`. */
  kind: string;
  forge: string | null;
  repository: string | null;
  number: number | null;
  /** The normalised fact; null when ignored. */
  document: ForgeEvent | null;
  /** Why it was ignored. */
  note: string | null;
  /** It was read from the repository's history later on, and starts nothing. */
  backfilled: boolean;
  occurredAt: Date;
  receivedAt: Date;
}

export interface EventFilter {
  source?: string | undefined;
  kind?: string | undefined;
  forge?: string | undefined;
  repository?: string | undefined;
  number?: number | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** Raw payloads live this long (D17); the normalised event stays. */
export const RAW_RETENTION_DAYS = 30;

export interface Intake {
  /**
   * Stores a delivery once: raw bytes and headers, the normalised event and the outbox event `event.received` (subject: the
   * event's id; data: source, kind, forge, repository, number; `backfilled: true` for what was read from a history) in one transaction. The same (source, deliveryId) again,
   * also at the same moment, answers the same id with `duplicate: true` and has no effect.
   */
  receive(delivery: Delivery): Promise<{ eventId: EventId; duplicate: boolean }>;
  get(id: string): Promise<StoredEvent | null>;
  /** Newest last. */
  list(filter: EventFilter): Promise<{ items: StoredEvent[]; nextCursor: string | null }>;
  /** When the newest thing happened that was heard of a repository (what was read from its history aside); null: nothing ever was. */
  newest(forge: string, repository: string): Promise<Date | null>;
  /** The newest thing a source told by itself (what was read from a history aside); null: it never did. */
  lastHeard(source: string): Promise<{ at: Date; kind: string } | null>;
  /** What came in, byte for byte; null when it was purged or never there. */
  raw(id: string): Promise<{ headers: JsonObject; body: Buffer; receivedAt: Date } | null>;
  /** Deletes raw payloads older than so many days (default RAW_RETENTION_DAYS), by the database's clock; answers how many. */
  purgeRaw(olderThanDays?: number): Promise<number>;
}

const SECRET_HEADERS = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-gitlab-token', 'x-reeve-token']);

/**
 * Headers as they are kept: lower-case names, secrets replaced. A signature stays: it proves the bytes and reveals no key.
 */
export function toKeptHeaders(headers: Delivery['headers']): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    const key = name.toLowerCase();
    kept[key] = SECRET_HEADERS.has(key) ? '[redacted]' : typeof value === 'string' ? value : value.join(', ');
  }
  return kept;
}

/** Reads a delivery whose body is a `ForgeEvent` already: what the embedded forge sends. */
export function parseForgeEvent({ body }: { body: Buffer }): Normalised {
  const value: unknown = JSON.parse(body.toString('utf8'));
  const parsed = ForgeEvent.safeParse(value);
  if (parsed.success) return parsed.data;
  return { kind: IGNORED_KIND, note: `not an event we know: ${z.prettifyError(parsed.error).slice(0, 500)}` };
}

/** Number of the issue or pull request a fact is about, or null. */
export function numberOf(event: ForgeEvent): number | null {
  if ('issue' in event) return event.issue.number;
  if ('number' in event) return event.number;
  return 'pull' in event ? event.pull.number : null;
}
