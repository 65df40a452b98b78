import type { ChatMessage } from './chat.ts';

/** Where a message is. */
export interface ChatPlace {
  channel: string;
  /** The chat system's own id of the message in its channel. */
  message: string;
}

/** Posting where others read. Imported by the executor (`modules/actions`) alone. */
export interface ChatWrite {
  /**
   * Posts a new message; `marker` is kept hidden in it for `find`. Not idempotent by itself: ask `find` before a retry. AppError
   * unavailable, rate_limited (`detail.retry_after_s`), refused (`chat_<reason>`: no such channel, not a member).
   */
  post(channel: string, message: ChatMessage, marker: string): Promise<ChatPlace>;
  /** The newest message of ours with this marker among those of the last hour, or null. */
  find(channel: string, marker: string): Promise<ChatPlace | null>;
  /** Replaces what a message says; again the same: no effect. AppError refused when it is gone. */
  update(place: ChatPlace, message: ChatMessage): Promise<void>;
}
