import type { Clock } from '#kernel/clock.ts';
import type { ChatAnswers, ChatDoor, ChatRead } from '#ports/chat.ts';
import type { ChatWrite } from '#ports/chat-write.ts';
import { createSlackChat } from './chat.ts';
import { createSlackClient } from './client.ts';
import { WhoAmI } from './schema.ts';
import { createSlackDoor } from './webhook.ts';

export interface SlackOptions {
  apiUrl: string;
  botToken: string;
  /** Several while rotating. */
  signingSecrets: readonly string[];
  clock: Clock;
  /** Told how each call ended; `trouble` null: Slack answered and knows who asks. */
  onCall?(outcome: { call: string; trouble: string | null }): void;
}

interface SlackParts {
  door: ChatDoor;
  answers: ChatAnswers;
  read: ChatRead;
  write: ChatWrite;
  /** Asks Slack whose token this is; a sentence. Throws as every call. */
  check(): Promise<string>;
}

/** Slack: what arrives (`door`), answers to who spoke (`answers`), names (`read`), and posts (`write`, for the executor alone). */
export function createSlack(options: SlackOptions): SlackParts {
  const { apiUrl, botToken: token, clock, onCall } = options;
  const client = createSlackClient({ apiUrl, token, ...(onCall === undefined ? {} : { onCall }) });
  const chat = createSlackChat({ client, clock });
  return {
    door: createSlackDoor(options),
    answers: chat,
    read: chat,
    write: chat,
    async check() {
      const { team, user } = WhoAmI.parse(await client.call('auth.test', {}));
      return `Works as ${user} in ${team}.`;
    },
  };
}
