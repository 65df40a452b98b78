/** What the inbox shows: what I may decide (the default), all that waits, or what was decided. */
export const SHOWN = ['all', 'decided'] as const;
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
