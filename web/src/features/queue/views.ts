/** The views of the queue, each with a link of its own. */
export const QUEUE_VIEWS = ['board', 'aside', 'landed', 'undone', 'branches'] as const;
export type QueueView = (typeof QUEUE_VIEWS)[number];

/** The views of one change request. */
export const ENTRY_VIEWS = ['story', 'conflict', 'changes', 'checks', 'document'] as const;
export type EntryView = (typeof ENTRY_VIEWS)[number];

/** Hours the figures look back on. */
export const WINDOWS = [24, 168, 720] as const;
