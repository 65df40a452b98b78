import { Webhook } from 'standardwebhooks';
import { AppError, sentenceOf } from '#kernel/errors.ts';
import type { ChangeReceiver } from '#ports/change-receiver.ts';

export interface ChangeWebhookSettings {
  url: string;
  /** `whsec_` and base64, or any text. */
  secret: string;
  /** Asks that address and nothing inside the network that it leads to (`platform/net`). */
  fetch: (target: string, init?: RequestInit) => Promise<Response>;
}

const TIMEOUT_MS = 10_000;

/**
 * Tells a change-management system by HTTP, signed as Standard Webhooks asks (`webhook-id`, `webhook-timestamp`, `webhook-signature`).
 * One try; whoever calls tries again with the same id.
 */
export function createChangeWebhook({ url, secret, fetch }: ChangeWebhookSettings): ChangeReceiver {
  const webhook = secret.startsWith('whsec_') ? new Webhook(secret) : new Webhook(secret, { format: 'raw' });
  const { host } = new URL(url);
  return {
    where: host,
    async send({ id, at, body }) {
      const headers = {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': webhook.sign(id, at, body),
      };
      const status = await post(fetch, { url, host, headers, body });
      if (status < 200 || status > 299) throw new AppError('unavailable', `${host} answered ${status}.`, { code: 'receiver_refused' });
    },
  };
}

interface Notice {
  url: string;
  host: string;
  headers: Record<string, string>;
  body: string;
}

async function post(fetch: ChangeWebhookSettings['fetch'], { url, host, headers, body }: Notice): Promise<number> {
  try {
    // A redirect could send a signed record to another host.
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    await answer.body?.cancel();
    return answer.status;
  } catch (error) {
    throw new AppError('unavailable', `${host} could not be reached: ${sentenceOf(error)}`, { code: 'receiver_unreachable', cause: error });
  }
}
