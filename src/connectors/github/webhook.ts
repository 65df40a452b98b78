import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookFact, WebhookHeaders, WebhookReceiver, WebhookVerdict } from '#ports/webhook.ts';
import { toForgeEvent } from './map.event.ts';

export interface GithubWebhookOptions {
  /** Shared secrets, asked at each delivery; more than one while a new one is brought in. Empty: nothing is accepted. */
  secrets: readonly string[] | (() => readonly string[]);
}

/**
 * Deliveries of GitHub: HMAC-SHA-256 over the bytes as received (header `X-Hub-Signature-256`). The older SHA-1 header is not
 * looked at, so it cannot be used to get around the newer one.
 */
export function createGithubWebhook({ secrets }: GithubWebhookOptions): WebhookReceiver {
  return {
    source: 'github',
    verify: (headers, body) => verify(typeof secrets === 'function' ? secrets() : secrets, headers, body),
    normalise: ({ headers, body, receivedAt }) => normalise(headers, body, receivedAt),
  };
}

const SIGNATURE = /^sha256=[0-9a-f]{64}$/;
const DELIVERY_ID = /^[\w-]{1,100}$/;

function verify(secrets: readonly string[], headers: WebhookHeaders, body: Buffer): WebhookVerdict {
  if (secrets.length === 0) return { state: 'not_configured', setting: 'REEVE_GITHUB_WEBHOOK_SECRET' };
  const signature = headers['x-hub-signature-256'];
  if (typeof signature !== 'string' || !SIGNATURE.test(signature)) return { state: 'refused', reason: 'no signature of the form sha256=<64 digits>' };
  // Every secret is tried, so that the time taken does not tell which one fits.
  const fits = secrets.map((secret) => isSignedWith(secret, body, signature));
  if (!fits.includes(true)) return { state: 'refused', reason: 'the signature fits none of the secrets' };
  const deliveryId = headers['x-github-delivery'];
  if (typeof deliveryId !== 'string' || !DELIVERY_ID.test(deliveryId)) return { state: 'refused', reason: 'no id of the delivery' };
  return { state: 'verified', deliveryId };
}

function isSignedWith(secret: string, body: Buffer, signature: string): boolean {
  return timingSafeEqual(Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`), Buffer.from(signature));
}

function normalise(headers: WebhookHeaders, body: Buffer, receivedAt?: Date): WebhookFact {
  const event = headers['x-github-event'];
  if (typeof event !== 'string') return { kind: 'ignored', note: 'the delivery does not name its event' };
  return toForgeEvent(event, readPayload(headers, body), receivedAt);
}

/** A webhook may be set up to send JSON, or a form with the JSON in the field `payload`. */
function readPayload(headers: WebhookHeaders, body: Buffer): unknown {
  const type = headers['content-type'];
  const text = body.toString('utf8');
  const isForm = typeof type === 'string' && type.startsWith('application/x-www-form-urlencoded');
  return JSON.parse(isForm ? (new URLSearchParams(text).get('payload') ?? '') : text);
}
