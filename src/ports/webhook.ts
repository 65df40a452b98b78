import type { ForgeEvent } from './forge-event.ts';

/** What a connector made of one delivery: a fact, or why it is none of ours. */
export type WebhookFact = ForgeEvent | { kind: 'ignored'; note: string };

/** Header names are in lower case, as Node gives them. */
export type WebhookHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * `verified`: the bytes come from somebody who knows the secret. `refused`: they do not; `reason` is for our log, the sender is
 * told nothing of it. `not_configured`: there is no secret to check against, so nothing can be accepted.
 */
export type WebhookVerdict =
  | { state: 'verified'; deliveryId: string }
  | { state: 'refused'; reason: string }
  | { state: 'not_configured'; setting: string };

/** One sender of webhooks. Deliveries may repeat, overtake each other and be forged; the sender may change its format. */
export interface WebhookReceiver {
  /** Last segment of the path: `/webhooks/<source>`. */
  readonly source: string;
  /** Checks the bytes as they were received, in time that does not depend on the secret. Never throws. */
  verify(headers: WebhookHeaders, body: Buffer): WebhookVerdict;
  /**
   * Pure. Only for what `verify` accepted. May throw on what it cannot read: it is stored as ignored then, with that sentence. `receivedAt` (left out: long ago)
   * stands in where the sender does not say when something happened.
   */
  normalise(delivery: { headers: WebhookHeaders; body: Buffer; receivedAt?: Date }): WebhookFact;
}
