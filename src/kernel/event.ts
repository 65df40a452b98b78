import type { JsonObject } from './json.ts';

/**
 * A fact inside Reeve, published through the outbox in the transaction that made it true. `type` is `noun.past-verb`
 * (`run.started`), `subject` the id of what it is about. Consumers must be idempotent: delivery is at least once and
 * unordered across subjects. CloudEvents 1.0 maps one to one (id, type, subject, time, data).
 */
export interface DomainEvent {
  type: string;
  subject: string;
  /** Work item the fact belongs to, when there is one: lets a console follow one story. */
  workItemId?: string | null;
  projectId?: string | null;
  data: JsonObject;
}

/** A published event as consumers and the stream see it. */
export interface PublishedEvent extends DomainEvent {
  /** Position in the outbox; grows, may have gaps. */
  seq: number;
  id: string;
  occurredAt: Date;
}
