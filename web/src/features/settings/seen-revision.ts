import { useState } from 'react';

/** What a form was typed over, so that what somebody else changes meanwhile is a conflict and not overwritten. */
export interface SeenRevision {
  /** For `If-Match`. */
  header: { 'If-Match': string };
  /** What is on the screen is another revision than the one that was typed over. */
  isMoved: boolean;
  /** Something is typed. `isFirst`: over nothing else that was typed before. */
  see(isFirst: boolean): void;
  /** What is on the screen now was looked at. */
  take(): void;
  /** What was typed is gone. */
  forget(): void;
}

/** `revision`: of what is on the screen. */
export function useSeenRevision(revision: number): SeenRevision {
  const [seen, setSeen] = useState<number | null>(null);
  const over = seen ?? revision;
  return {
    header: { 'If-Match': `"${over}"` },
    isMoved: over !== revision,
    see: (isFirst) => setSeen((before) => (isFirst ? revision : (before ?? revision))),
    take: () => setSeen(revision),
    forget: () => setSeen(null),
  };
}
