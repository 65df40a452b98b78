import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import { sha256Hex } from '#platform/crypto/index.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { ChatDoor } from '#ports/chat.ts';
import { fromFields } from './map.ts';

/** https://api.slack.com/authentication/verifying-requests-from-slack: five minutes either way. */
const WINDOW_S = 300;

export interface SlackDoorOptions {
  /** One, or two while rotating. */
  signingSecrets: readonly string[];
  clock: Clock;
}

/** Verifies Slack's signature (v0, HMAC-SHA256 over the bytes as received) and parses what it covers. */
export function createSlackDoor({ signingSecrets, clock }: SlackDoorOptions): ChatDoor {
  return {
    open({ headers, body }) {
      const { timestamp, signature } = claimsOf(headers);
      const ageS = Math.abs(clock.now().getTime() / 1000 - Number(timestamp));
      if (!(ageS <= WINDOW_S)) throw denied('signature_stale', 'The request is older than five minutes, or from the future.');
      if (!isSigned(signingSecrets, timestamp, body, signature)) throw denied('signature_wrong', 'The signature does not fit the body.');
      const fields = Object.fromEntries(new URLSearchParams(Buffer.from(body).toString('utf8')));
      const input = fromFields(fields);
      if (input === null) throw new AppError('invalid', 'This is neither a slash command nor an interaction of Slack.', { code: 'chat_malformed' });
      // Equal bytes at an equal time have an equal signature: whoever sends them again has nothing new to say.
      return { key: `slack:${sha256Hex(`${timestamp}:${signature}`)}`, input };
    },
    formAnswer: (problems): JsonObject => (problems === null ? {} : { response_action: 'errors', errors: problems }),
    commandAnswer: (text) => ({ response_type: 'ephemeral', text }),
  };
}

const denied = (code: string, message: string) => new AppError('unauthenticated', message, { code });

function claimsOf(headers: Readonly<Record<string, string | string[] | undefined>>): { timestamp: string; signature: string } {
  const timestamp = headers['x-slack-request-timestamp'];
  const signature = headers['x-slack-signature'];
  if (typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp) || typeof signature !== 'string' || !/^v0=[0-9a-f]{64}$/.test(signature))
    throw denied('signature_missing', 'The request carries no signature of Slack.');
  return { timestamp, signature };
}

/** Every secret is tried, so that the time taken says nothing about which one fits. */
function isSigned(secrets: readonly string[], timestamp: string, body: Uint8Array, signature: string): boolean {
  let fits = false;
  for (const secret of secrets) {
    const wanted = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest();
    if (timingSafeEqual(wanted, Buffer.from(signature.slice(3), 'hex'))) fits = true;
  }
  return fits;
}
