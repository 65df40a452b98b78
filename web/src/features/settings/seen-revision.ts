import { useState } from 'react';

/** What a form was typed over, so that what somebody else changes meanwhile is a conflict and not overwritten. */
export interface SeenRevision {
  /** What was typed over; what is on the screen while nothing is typed. */
  over: number;
  /** What is on the screen. */
  shown: number;
  /** Something is typed. */
  see(): void;
  /** This revision was looked at, or is one's own. */
  take(revision: number): void;
  /** What was typed is gone. */
  forget(): void;
}

/** `revision`: of what is on the screen. `isTyped`: something on it is not saved. */
export function useSeenRevision(revision: number, isTyped: boolean): SeenRevision {
  const [seen, setSeen] = useState<number | null>(null);
  return {
    over: isTyped ? (seen ?? revision) : revision,
    shown: revision,
    see: () => setSeen((before) => (isTyped ? (before ?? revision) : revision)),
    take: setSeen,
    forget: () => setSeen(null),
  };
}
