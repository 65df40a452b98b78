import type { WorkType } from '#modules/work/index.ts';

/** One merged pull request, as far as a release tells of it. Text of strangers: titles and names. */
export interface ReleasedChange {
  title: string;
  type: WorkType | null;
  labels: readonly string[];
  /** Of the issue; it is searched for a note of a breaking change. */
  body: string;
  issueNumber: number | null;
  pullNumber: number;
  pullUrl: string;
  /** Login or handle of who reported or asked for it. */
  askedBy: string | null;
  /** Login of who wrote it themselves; null: agents did. */
  author: string | null;
  agents: readonly string[];
  /** Handles of who approved the merge. */
  approvedBy: readonly string[];
  /** ISO 8601, UTC. */
  mergedAt: string;
  /** Left out or null: nobody knows. */
  mergeSha?: string | null;
}

export interface ReleaseSection {
  heading: string;
  changes: ReleasedChange[];
}

export interface ReleaseNotes {
  /** Of the release, when it has a name already (`v1.4.0`). */
  name: string | null;
  /** Merges from this instant on; null: from the first. */
  from: string | null;
  /** Exclusive. */
  to: string;
  changes: number;
  sections: ReleaseSection[];
  /** People first, then agents, each once. */
  credits: { people: string[]; agents: string[] };
  markdown: string;
}
