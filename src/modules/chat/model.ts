import type { Actor } from '#kernel/actor.ts';
import type { ChatInput } from '#ports/chat.ts';

/** What the HTTP answer to a delivery says, by what was delivered. */
export type ChatReceipt = { kind: 'command'; text: string } | { kind: 'form'; problems: Record<string, string> | null } | { kind: 'nothing' };

/**
 * Speaking with people in chat: commands, buttons and forms. Whoever speaks is a person of Reeve's by an explicit link, or is told how to
 * be linked. What is decided here goes the way of every other decision.
 */
export interface Chat {
  /**
   * One verified delivery: kept first, then answered within three seconds; what takes longer follows as a message. AppError conflict
   * `replayed` for one that was here before.
   */
  receive(delivery: { key: string; input: ChatInput }): Promise<ChatReceipt>;
  /** Takes up what a crash or an unreachable chat left undone, and forgets what is old. Answers how many were taken up. */
  resume(): Promise<number>;
  /** Puts an approval that waits for people into the channel, through an action. Safe to call again. */
  announce(approvalId: string): Promise<void>;
  /** Lets the message of an approval say how it stands now. `cause` is the event that changed it: the same again does nothing. */
  refresh(approvalId: string, cause: string): Promise<void>;
  /** A short message to the channel about a reminder, an escalation or a reassignment. */
  remind(approvalId: string, cause: string, text: string): Promise<void>;
  /** Resolves when nothing that was acknowledged is under way in this process. */
  idle(): Promise<void>;
}

/** A linked person as the actor of what they do here. */
export interface Linked {
  actor: Actor;
  handle: string;
  /** Projects they are limited to; null: none. */
  projects: readonly string[] | null;
}

/** Ids of buttons and forms; persisted in messages that are out there, never renamed. */
export const BUTTONS = {
  approve: 'reeve_approve',
  decline: 'reeve_decline',
  modify: 'reeve_modify',
  question: 'reeve_needs_info',
  reassign: 'reeve_reassign',
} as const;

/** What a button or form is about: the action, and the record the reader saw. */
export interface Subject {
  id: string;
  digest: string;
}

export const subjectText = ({ id, digest }: Subject): string => `${id}|${digest}`;

/** Null for text that is none of ours. */
export function parseSubject(text: string): Subject | null {
  const match = /^(act_[0-9A-Z]{26})\|([0-9a-f]{64})$/.exec(text);
  return match?.[1] === undefined || match[2] === undefined ? null : { id: match[1], digest: match[2] };
}
