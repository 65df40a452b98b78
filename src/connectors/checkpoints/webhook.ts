import { AppError, sentenceOf } from '#kernel/errors.ts';
import type { CheckpointPlace } from '#ports/checkpoint-place.ts';

const TIMEOUT_MS = 10_000;

export interface WebhookPlaceOptions {
  url: string;
  /** Asks that address and nothing inside the network that it leads to (`platform/net`). */
  fetch: (target: string, init?: RequestInit) => Promise<Response>;
}

/** Posts each checkpoint as JSON; any 2xx answer is a receipt. The document is signed itself, and holds nothing secret. */
export function createWebhookPlace({ url, fetch }: WebhookPlaceOptions): CheckpointPlace {
  const { host } = new URL(url);
  return {
    name: 'webhook',
    where: host,
    async publish(document, signal) {
      let status: number;
      try {
        const answer = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: document,
          redirect: 'error',
          signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal === undefined ? [] : [signal])]),
        });
        await answer.body?.cancel();
        status = answer.status;
      } catch (error) {
        throw new AppError('unavailable', `${host} could not be told of a checkpoint: ${sentenceOf(error)}`, {
          code: 'place_unreachable',
          cause: error,
        });
      }
      if (status < 200 || status > 299) throw new AppError('unavailable', `${host} answered ${status} to a checkpoint.`, { code: 'place_refused' });
    },
  };
}
