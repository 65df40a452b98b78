import { createContext, use } from 'react';
import type { Approval } from './queries.ts';
import type { Selection } from './selection.ts';

/** What the person at the keyboard did that shows another approval, or one in another state. */
export interface Deed {
  id: string;
  by: 'step' | 'decision';
}

/** What the list and the approval beside it know of each other. */
export interface Inbox {
  items: readonly Approval[];
  selection: Selection;
  choose(selection: Selection): void;
  /** Goes to the one behind this in the list, or before it at the end; false: there is no other. */
  goOn(from: string): boolean;
  /** The last deed that no heading has taken the focus for yet. */
  deed: Deed | null;
  tell(deed: Deed | null): void;
}

const NONE: Inbox = { items: [], selection: { kind: null, items: [] }, choose: () => {}, goOn: () => false, deed: null, tell: () => {} };

export const InboxContext = createContext<Inbox>(NONE);

export const useInboxPlace = (): Inbox => use(InboxContext);
