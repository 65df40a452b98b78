import type { Ids } from '#kernel/ids.ts';
import type { Db, Queryable } from '#platform/db/index.ts';
import type { PullRequest } from '#ports/forge-read.ts';
import type { Pull } from './model.ts';
import type { DeliveryStore } from './store.ts';

/** Rows of pull requests, those of no story included: a person opened them. */
export interface PullKeeper {
  get(id: string): Promise<Pull | null>;
  byNumber(repositoryId: string, number: number): Promise<Pull | null>;
  /** Makes or refreshes its row; a story's stays a story's. Answers the id. */
  save(on: Queryable, input: { projectId: string; repositoryId: string; pull: PullRequest }): Promise<string>;
}

export function createPullKeeper({ db, ids, store }: { db: Db; ids: Ids; store: DeliveryStore }): PullKeeper {
  return {
    get: (id) => store.pull(db, id),
    byNumber: (repositoryId, number) => store.pullByNumber(db, repositoryId, number),
    save: (on, input) => store.savePull(on, { ...input, id: ids.next('pull'), workItemId: null }),
  };
}
