/** Rows of the embedded forge. */
export interface LocalRepository {
  name: string;
  defaultBranch: string;
  createdAt: Date;
}

/** An issue or a pull request: they share numbers, comments and labels. */
export interface Item {
  repository: string;
  number: number;
  kind: 'issue' | 'pull';
  title: string;
  body: string;
  state: 'open' | 'closed' | 'merged';
  closeReason: 'completed' | 'not_planned' | 'duplicate' | null;
  author: string;
  assignees: string[];
  labels: string[];
  marker: string | null;
  draft: boolean;
  /** Of a pull request; null on issues. */
  headBranch: string | null;
  baseBranch: string | null;
  /** Head as last seen; while open, the branch itself is asked. */
  headSha: string | null;
  mergeSha: string | null;
  /** Login of who closed or merged it; null while open. */
  endedBy: string | null;
  createdAt: Date;
  updatedAt: Date;
}

export type NewItem = Pick<
  Item,
  | 'repository'
  | 'number'
  | 'kind'
  | 'title'
  | 'body'
  | 'author'
  | 'assignees'
  | 'labels'
  | 'marker'
  | 'draft'
  | 'headBranch'
  | 'baseBranch'
  | 'headSha'
> & { at: Date };

export type Change = Partial<
  Pick<Item, 'title' | 'body' | 'state' | 'closeReason' | 'assignees' | 'labels' | 'draft' | 'headSha' | 'mergeSha' | 'endedBy'>
>;

export interface Review {
  id: string;
  repository: string;
  number: number;
  author: string;
  verdict: 'approved' | 'changes_requested' | 'commented' | 'dismissed';
  body: string;
  headSha: string | null;
  marker: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** A remark beside a line of a pull request's diff, or an answer to one. */
export interface Remark {
  id: string;
  repository: string;
  number: number;
  replyTo: string | null;
  author: string;
  path: string;
  line: number | null;
  body: string;
  headSha: string | null;
  marker: string | null;
  resolvedBy: string | null;
  createdAt: Date;
}

export interface Comment {
  id: string;
  repository: string;
  number: number;
  author: string;
  body: string;
  marker: string | null;
  createdAt: Date;
  updatedAt: Date;
}
