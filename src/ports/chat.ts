import type { JsonObject } from '#kernel/json.ts';

/**
 * Chat as we need it: people speak to us by commands, buttons and forms, and we answer who spoke. An answer is seen by that person
 * alone; whatever a channel sees goes through `chat-write.ts`. Every text is shown as it is: an implementation escapes its own markup, so
 * that no text mentions anybody, links anywhere or pretends to be another part of the message.
 */
export interface ChatAnswers {
  /** Shows a form to who pressed a button. `trigger` lives three seconds. AppError refused `chat_trigger_expired`, unavailable, rate_limited. */
  openForm(trigger: string, form: ChatForm): Promise<void>;
  /** A message to the person who spoke, by the address that came with it (valid 30 minutes). AppError unavailable, refused. */
  reply(address: string, message: ChatMessage): Promise<void>;
}

export interface ChatRead {
  /** Display name of an account; null when there is none. For words only: who somebody is to us is an explicit link. */
  userName(userId: string): Promise<string | null>;
}

/** A message from parts; order is kept. */
export interface ChatMessage {
  /** What a notification shows, and what readers without blocks see. */
  text: string;
  parts: ChatPart[];
}

export type ChatPart =
  | { kind: 'heading'; text: string }
  | { kind: 'text'; text: string }
  /** Fixed width, every character as it is. */
  | { kind: 'preformatted'; text: string }
  /** Small print. */
  | { kind: 'note'; text: string }
  | { kind: 'buttons'; buttons: ChatButton[] };

export interface ChatButton {
  /** What is to be done; comes back as `ChatInput.press.button`. */
  id: string;
  label: string;
  style: 'plain' | 'good' | 'bad';
  /** Comes back unchanged; at most 2,000 characters. */
  value: string;
}

export interface ChatForm {
  /** Comes back as `ChatInput.form.form`. */
  id: string;
  title: string;
  submit: string;
  /** Comes back unchanged; at most 3,000 characters. */
  value: string;
  parts: ChatPart[];
  fields: ChatField[];
}

export interface ChatField {
  id: string;
  label: string;
  kind: 'line' | 'lines' | 'choice';
  initial: string;
  optional: boolean;
  hint: string | null;
  /** For `choice`: at most 100. */
  choices: Array<{ value: string; label: string }>;
}

/** Who spoke: ids of the chat system. */
export interface ChatSpeaker {
  team: string | null;
  user: string;
}

/** What somebody said, as parsed from a verified delivery. Serialisable: it is kept until it was dealt with. */
export type ChatInput =
  | { kind: 'command'; speaker: ChatSpeaker; command: string; text: string; channel: string | null; reply: string | null; trigger: string | null }
  | { kind: 'press'; speaker: ChatSpeaker; button: string; value: string; reply: string | null; trigger: string | null }
  | { kind: 'form'; speaker: ChatSpeaker; form: string; value: string; fields: Record<string, string> }
  /** A delivery that asks for nothing (a closed form, a kind we do not know). */
  | { kind: 'nothing'; why: string };

/** One delivery whose signature was verified over its bytes. */
export interface ChatDelivery {
  /** The same for the same signed bytes: a replay has the key of the original. */
  key: string;
  input: ChatInput;
}

/** Deliveries from chat, before anything is believed. */
export interface ChatDoor {
  /**
   * Verifies the signature over the raw bytes, then parses. AppError unauthenticated (`signature_missing`, `signature_stale`,
   * `signature_wrong`), invalid for a signed body nobody understands.
   */
  open(delivery: { headers: Readonly<Record<string, string | string[] | undefined>>; body: Uint8Array }): ChatDelivery;
  /** What the HTTP answer to a form says: null closes it, else a sentence beside each field that does not fit. */
  formAnswer(problems: Record<string, string> | null): JsonObject;
  /** What the HTTP answer to a command says, seen by the speaker at once. */
  commandAnswer(text: string): JsonObject;
}
