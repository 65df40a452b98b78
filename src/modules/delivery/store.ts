import { AppError } from '#kernel/errors.ts';
import { json, sql, type Queryable, type Tx } from '#platform/db/index.ts';
import type { PullRequest } from '#ports/forge-read.ts';
import { STORY_ENDED, type CheckRow, type CiResult, type Pull, type RequestOptions, type Story, type StoryEnd } from './model.ts';
import { endFixes } from './store.review.ts';

export type DeliveryStore = ReturnType<typeof createDeliveryStore>;

const PULL = sql`id, work_item_id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, merge_sha, url, review, created_at, updated_at`;
const STORY = sql`work_item_id, generation, workflow_id, kind, started_by, options, ended_as, ended_by, detail, published_branch, started_at, ended_at`;

/** A pull request with where it belongs, as it is stored. */
export interface SavedPull {
  id: string;
  workItemId: string | null;
  projectId: string;
  repositoryId: string;
  pull: PullRequest;
}

/** Tables `stories`, `pulls`, `ci_results`. */
export function createDeliveryStore() {
  return {
    currentStory: (on: Queryable, workItemId: string): Promise<Story | null> =>
      first(on, sql<Story>`select ${STORY} from stories where work_item_id = ${workItemId} order by generation desc limit 1`),

    storyByWorkflow,

    /** Makes others who hold the work item wait until the transaction ends, so that what was read of it before counts. */
    holdItem: (tx: Tx, workItemId: string): Promise<unknown> => tx.maybe(sql`select from work_items where id = ${workItemId} for update`),

    /**
     * Adds a generation; null when another start won the race for it. Its conflict names no constraint: of two at once the second may meet the one on
     * the workflow's id first.
     */
    insertStory: (
      on: Queryable,
      story: { workItemId: string; generation: number; workflowId: string; kind: 'issue' | 'request'; startedBy: string; options: RequestOptions },
    ): Promise<Story | null> =>
      first(
        on,
        sql<Story>`insert into stories (work_item_id, generation, workflow_id, kind, started_by, options)
          values (${story.workItemId}, ${story.generation}, ${story.workflowId}, ${story.kind}, ${story.startedBy}, ${json(story.options)})
          on conflict do nothing returning ${STORY}`,
      ),

    /**
     * The first end counts: AppError conflict `story_ended` (with that end as `detail`) for a second one, so that whatever else its
     * transaction would have written is not. `by`: who ended it from outside; left out by the story itself.
     */
    async endStory(on: Queryable, workflowId: string, end: StoryEnd, by: string | null = null): Promise<void> {
      const ended = await on.run(sql`update stories set ended_as = ${end.as}, detail = ${end.detail}, ended_by = ${by}, ended_at = now()
        where workflow_id = ${workflowId} and ended_as is null`);
      if (ended > 0) return endFixes(on, workflowId, end.detail);
      const story = await storyByWorkflow(on, workflowId);
      throw new AppError('conflict', story?.detail ?? end.detail, { code: STORY_ENDED, detail: { as: story?.endedAs ?? end.as } });
    },

    /** The next generation of the same work, if there is one. */
    storyAfter: (on: Queryable, story: Pick<Story, 'workItemId' | 'generation'>): Promise<Story | null> =>
      first(
        on,
        sql<Story>`select ${STORY} from stories where work_item_id = ${story.workItemId} and generation > ${story.generation} order by generation limit 1`,
      ),

    /** Stories of a work item that somebody ended from outside, the oldest first. */
    endedFromOutside: (on: Queryable, workItemId: string): Promise<Story[]> =>
      on.all(sql<Story>`select ${STORY} from stories where work_item_id = ${workItemId} and ended_by is not null order by generation`),

    /** Work items with a story under way, the oldest first. */
    async itemsUnderWay(on: Queryable): Promise<string[]> {
      const rows = await on.all(sql<{ workItemId: string }>`select distinct work_item_id from stories where ended_as is null order by work_item_id`);
      return rows.map((row) => row.workItemId);
    },

    /** Whether a story under way lands on this branch: another one, or the one of this work item where people landed something before it got so far. */
    async isTargetInUse(on: Queryable, target: { repositoryId: string; branch: string; workItemId: string }): Promise<boolean> {
      const row = await on.maybe(sql`select 1 from stories s join work_items w on w.id = s.work_item_id
        where s.ended_as is null and w.repository_id = ${target.repositoryId} and w.target_branch = ${target.branch} and (w.id <> ${target.workItemId}
          or exists (select from change_requests c where c.work_item_id = w.id and c.repository_id = w.repository_id and c.target = w.target_branch
            and c.state = 'landed' and c.landed_at >= s.started_at)) limit 1`);
      return row !== undefined;
    },

    setPublishedBranch: (on: Queryable, workflowId: string, branch: string): Promise<number> =>
      on.run(sql`update stories set published_branch = ${branch} where workflow_id = ${workflowId}`),

    linkPlan: (on: Queryable, workItemId: string, generation: number, planId: string): Promise<number> =>
      on.run(
        sql`update stories set options = options || jsonb_build_object('plan_id', ${planId}::text) where work_item_id = ${workItemId} and generation = ${generation}`,
      ),

    async planOfStory(on: Queryable, workItemId: string, generation: number): Promise<string | null> {
      const row = await on.maybe(
        sql<{
          planId: string | null;
        }>`select options ->> 'plan_id' as plan_id from stories where work_item_id = ${workItemId} and generation = ${generation}`,
      );
      return row?.planId ?? null;
    },

    pullOfWorkItem: (on: Queryable, workItemId: string): Promise<Pull | null> =>
      first(on, sql<Pull>`select ${PULL} from pulls where work_item_id = ${workItemId} order by created_at desc limit 1`),

    pull: (on: Queryable, id: string): Promise<Pull | null> => first(on, sql<Pull>`select ${PULL} from pulls where id = ${id}`),

    listPulls: (on: Queryable, filter: { projectId?: string; state?: string; limit: number; after?: string }): Promise<Pull[]> =>
      on.all(sql<Pull>`select ${PULL} from pulls
        where (${filter.projectId ?? null}::text is null or project_id = ${filter.projectId ?? null})
          and (${filter.state ?? null}::text is null or state = ${filter.state ?? null})
          and (${filter.after ?? null}::text is null or id < ${filter.after ?? null})
        order by id desc limit ${filter.limit + 1}`),

    /** The pull request of this number, if a story of ours opened it. */
    pullByNumber: (on: Queryable, repositoryId: string, number: number): Promise<Pull | null> =>
      first(on, sql<Pull>`select ${PULL} from pulls where repository_id = ${repositoryId} and number = ${number}`),

    /** Makes or refreshes the row of a pull request; answers its id. */
    async savePull(on: Queryable, input: SavedPull): Promise<string> {
      const { pull } = input;
      const row = await on.one(sql<{
        id: string;
      }>`insert into pulls (id, work_item_id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, merge_sha, url)
        values (${input.id}, ${input.workItemId}, ${input.projectId}, ${input.repositoryId}, ${pull.number}, ${pull.title}, ${pull.state}, ${pull.draft},
          ${pull.headBranch}, ${pull.baseBranch}, ${pull.headSha}, ${pull.mergeSha}, ${pull.url})
        on conflict (repository_id, number) do update set title = excluded.title, state = excluded.state, draft = excluded.draft,
          head_sha = excluded.head_sha, merge_sha = excluded.merge_sha, url = excluded.url,
          work_item_id = coalesce(pulls.work_item_id, excluded.work_item_id), updated_at = now()
        returning id`);
      return row.id;
    },

    checkResults: (on: Queryable, repositoryId: string, headSha: string): Promise<CheckRow[]> =>
      on.all(
        sql<CheckRow>`select name, conclusion, summary from ci_results where repository_id = ${repositoryId} and head_sha = ${headSha} and source = 'reeve' order by name`,
      ),

    saveCheckResult: (
      on: Queryable,
      result: {
        id: string;
        projectId: string;
        repositoryId: string;
        workItemId: string | null;
        headSha: string;
        name: string;
        source: string;
        conclusion: CheckRow['conclusion'];
        durationMs: number | null;
        summary: string;
        /** The forge's id of this run of the check; left out: it is Reeve's own, once per commit. */
        externalId?: string;
      },
    ): Promise<number> =>
      on.run(sql`insert into ci_results (id, project_id, repository_id, work_item_id, head_sha, name, source, conclusion, duration_ms, summary, external_id)
        values (${result.id}, ${result.projectId}, ${result.repositoryId}, ${result.workItemId}, ${result.headSha}, ${result.name}, ${result.source}, ${result.conclusion}, ${result.durationMs}, ${result.summary}, ${result.externalId ?? ''})
        on conflict (repository_id, head_sha, name, source, external_id) do nothing`),

    listCiResults: (on: Queryable, filter: { headSha?: string; limit: number; after?: string }): Promise<CiResult[]> =>
      on.all(sql<CiResult>`select id, project_id, repository_id, work_item_id, head_sha, name, source, conclusion, duration_ms, summary, created_at from ci_results
        where (${filter.headSha ?? null}::text is null or head_sha = ${filter.headSha ?? null})
          and (${filter.after ?? null}::text is null or id < ${filter.after ?? null})
        order by id desc limit ${filter.limit + 1}`),
  };
}

function storyByWorkflow(on: Queryable, workflowId: string): Promise<Story | null> {
  return first(on, sql<Story>`select ${STORY} from stories where workflow_id = ${workflowId}`);
}

async function first<Row>(on: Queryable, statement: Parameters<Queryable['maybe']>[0]): Promise<Row | null> {
  return ((await on.maybe(statement)) as Row | undefined) ?? null;
}
