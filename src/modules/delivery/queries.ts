import type { Page } from '#kernel/page.ts';
import { toPage } from '#kernel/page.ts';
import type { Db } from '#platform/db/index.ts';
import type { CiResult, Pull, Story } from './model.ts';
import type { DeliveryStore } from './store.ts';

export interface DeliveryQueries {
  story(workItemId: string): Promise<Story | null>;
  pull(id: string): Promise<Pull | null>;
  /** The pull request of this number, if a story of ours opened it. */
  pullByNumber(repositoryId: string, number: number): Promise<Pull | null>;
  pulls(filter: { projectId?: string; state?: string; limit: number; cursor?: string }): Promise<Page<Pull>>;
  ciResults(filter: { headSha?: string; limit: number; cursor?: string }): Promise<Page<CiResult>>;
}

/** Cursors are the last id shown: ids sort by time. */
export function createDeliveryQueries(deps: { db: Db; store: DeliveryStore }): DeliveryQueries {
  const { db, store } = deps;
  return {
    story: (workItemId) => store.currentStory(db, workItemId),
    pull: (id) => store.pull(db, id),
    pullByNumber: (repositoryId, number) => store.pullByNumber(db, repositoryId, number),
    async pulls(filter) {
      const rows = await store.listPulls(db, { ...filter, after: filter.cursor });
      return toPage(
        rows,
        filter.limit,
        (row) => row,
        (row) => row.id,
      );
    },
    async ciResults(filter) {
      const rows = await store.listCiResults(db, { ...filter, after: filter.cursor });
      return toPage(
        rows,
        filter.limit,
        (row) => row,
        (row) => row.id,
      );
    },
  };
}
