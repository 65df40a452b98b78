import { z } from 'zod';

/** Risk as triage judged it. */
export const Risk = z.enum(['low', 'medium', 'high']);
export type Risk = z.infer<typeof Risk>;

/** By what a list is ordered. `priority`: the most urgent first, whatever the order, and then by age. */
export const WORK_SORTS = ['created', 'updated', 'priority'] as const;
export type WorkSort = (typeof WORK_SORTS)[number];

/** How many items there are by value, each facet counted as if nothing were chosen in it. */
export interface WorkCounts {
  total: number;
  waitsForPerson: number;
  states: Record<string, number>;
  types: Record<string, number>;
  priorities: Record<string, number>;
  sizes: Record<string, number>;
  risks: Record<string, number>;
  /** The most frequent ones. */
  labels: Record<string, number>;
}

/** Who has to do something before an item goes on. */
export interface Waits {
  who: 'person' | 'agent' | 'queue' | 'checks' | 'issue' | 'nobody';
  /** One sentence for people. */
  text: string;
  since: Date | null;
  /** Of what it waits for: an action, question, task, run, change request or issue; null: nothing that has one. */
  id: string | null;
}

/** What others know of an item, as lists show it. */
export interface Facts {
  /** As triage judged it; null: it was not triaged. */
  risk: Risk | null;
  /** Tasks of the plan in force. */
  tasks: number;
  tasksLanded: number;
  /** The newest one made for it. */
  pull: { id: string; number: number; state: 'open' | 'merged' | 'closed'; url: string } | null;
  /** A story is under way. */
  underWay: boolean;
  waits: Waits | null;
}
