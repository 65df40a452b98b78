import { useState } from 'react';
import { changesOf } from './draft.ts';

export interface Draft<T extends object> {
  /** What the form shows: what is stored, with what was typed over it. */
  value: T;
  set<K extends keyof T>(name: K, to: T[K]): void;
  /** Only what differs from what is stored. */
  changes: Partial<T>;
  dirty: boolean;
  reset(): void;
}

/**
 * What is typed into a form over what is stored. A field that nobody touched follows the server, also while others are being typed into; so
 * two people who change different fields do not undo each other.
 */
export function useDraft<T extends object>(stored: T): Draft<T> {
  const [typed, setTyped] = useState<Partial<T>>({});
  const changes = changesOf(stored, typed);
  return {
    value: { ...stored, ...typed },
    set: (name, to) => setTyped((before) => ({ ...before, [name]: to })),
    changes,
    dirty: Object.keys(changes).length > 0,
    reset: () => setTyped({}),
  };
}
