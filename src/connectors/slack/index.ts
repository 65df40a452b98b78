import type { Clock } from '#kernel/clock.ts';
import type { ChatAnswers, ChatDoor, ChatRead } from '#ports/chat.ts';
import type { ChatWrite } from '#ports/chat-write.ts';
import { createSlackChat } from './chat.ts';
import { createSlackClient } from './client.ts';
import { createSlackDoor } from './webhook.ts';

export interface SlackOptions {
  apiUrl: string;
  botToken: string;
  /** Several while rotating. */
  signingSecrets: readonly string[];
  clock: Clock;
}

/** Slack: what arrives (`door`), answers to who spoke (`answers`), names (`read`), and posts (`write`, for the executor alone). */
export function createSlack(options: SlackOptions): { door: ChatDoor; answers: ChatAnswers; read: ChatRead; write: ChatWrite } {
  const chat = createSlackChat({ client: createSlackClient({ apiUrl: options.apiUrl, token: options.botToken }), clock: options.clock });
  return { door: createSlackDoor(options), answers: chat, read: chat, write: chat };
}
