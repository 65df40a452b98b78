/** How far a refused write over somebody else's is: nothing is in its way, what they wrote is being read, or it stands on the screen. */
export type ConflictStep = 'none' | 'reading' | 'shown';

export interface Revisions {
  /** What was there when the write was refused; null: it was not. */
  theirs: number | null;
  /** What the form is typed over. */
  over: number;
  /** What is on the screen. */
  shown: number;
}

/** Whoever took up what they wrote, or dropped their own words, is past the conflict, though the refusal was the last answer. */
export function conflictStep({ theirs, over, shown }: Revisions): ConflictStep {
  if (theirs === null || over >= theirs) return 'none';
  // Until what they wrote has been read, nobody can have looked at it.
  return shown < theirs ? 'reading' : 'shown';
}
