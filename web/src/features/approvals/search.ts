/** What the inbox shows: what I may decide (the default), all that waits, what was decided, or where the emergency exit was used. */
export const SHOWN = ['all', 'decided', 'emergencies'] as const;
export const ORDERS = ['newest', 'risk'] as const;
export const RISKS = ['low', 'medium', 'high'] as const;

export interface InboxSearch {
  show?: (typeof SHOWN)[number];
  /** Left out: what runs out first (decided: the newest). */
  order?: (typeof ORDERS)[number];
  risk?: (typeof RISKS)[number];
  kind?: string;
  /** Key of a project. */
  project?: string;
}
