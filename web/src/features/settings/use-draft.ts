import { useState } from 'react';
import { changesOf } from './draft.ts';
import { useSeenRevision, type SeenRevision } from './seen-revision.ts';

export interface Draft<T extends object> {
  /** What the form shows: what is stored, with what was typed over it. */
  value: T;
  set<K extends keyof T>(name: K, to: T[K]): void;
  /** Only what differs from what is stored. */
  changes: Partial<T>;
  dirty: boolean;
  /** What was typed over; for things without a revision it says nothing. */
  seen: SeenRevision;
  reset(): void;
}

/**
 * What is typed into a form over what is stored. A field that nobody touched follows the server, also while others are being typed into; so
 * two people who change different fields do not undo each other. `revision`: of what is stored, where it has one.
 */
export function useDraft<T extends object>(stored: T, revision = 0): Draft<T> {
  const [typed, setTyped] = useState<Partial<T>>({});
  const changes = changesOf(stored, typed);
  const dirty = Object.keys(changes).length > 0;
  const seen = useSeenRevision(revision, dirty);
  return {
    value: { ...stored, ...typed },
    set(name, to) {
      seen.see();
      setTyped((before) => ({ ...before, [name]: to }));
    },
    changes,
    dirty,
    seen,
    reset() {
      setTyped({});
      seen.forget();
    },
  };
}
