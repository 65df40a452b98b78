import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { route, type RouteDefinition } from '#platform/http/index.ts';
import type { CoverageReports } from './commands.coverage.ts';
import type { Reviewers } from './commands.reviewers.ts';
import { rangesOf } from './decide.coverage.ts';
import type { CoverageReport } from './model.coverage.ts';
import type { StoredReviewers } from './model.reviewers.ts';

const ReviewersBody = z.object({
  pull_id: z.string(),
  project_id: z.string(),
  head_sha: z.string(),
  suggested: z.array(
    z.object({
      handle: z.string(),
      login: z.string().nullable().describe('Their name on the forge; null: nobody linked one, so they can be named but not asked there.'),
      score: z.number().describe('0 to 100'),
      reasons: z.array(z.string()),
    }),
  ),
  passed_over: z.array(z.object({ handle: z.string(), why: z.string() })).describe('People who know the files and are not suggested.'),
  detail: z.string(),
  decided_at: z.iso.datetime().nullable().describe('Null: nobody was suggested yet.'),
});

const CoverageBody = z.object({
  project_id: z.string(),
  repository_id: z.string(),
  head_sha: z.string(),
  reports: z.array(
    z.object({
      check: z.string(),
      format: z.enum(['lcov', 'cobertura', 'jacoco']).nullable().describe('Null: the report could not be read.'),
      lines_covered: z.number().int(),
      lines_found: z.number().int(),
      problem: z.string().nullable(),
      files: z.array(z.object({ path: z.string(), lines_covered: z.number().int(), uncovered: z.string().describe('`3, 7-9`') })),
    }),
  ),
});

/** What reviews need to know: who should look, and what the tests leave out. */
export function reviewRoutes(deps: {
  reviewers: Pick<Reviewers, 'suggested'>;
  coverage: Pick<CoverageReports, 'of'>;
  /** The pull request of this id, or null. */
  pull(id: string): Promise<{ projectId: string; repositoryId: string; headSha: string } | null>;
}): RouteDefinition[] {
  const { reviewers, coverage } = deps;
  const found = async (id: string) => {
    const pull = await deps.pull(id);
    if (pull === null) throw new AppError('not_found', `There is no pull request ${id}.`);
    return pull;
  };
  return [
    route({
      method: 'GET',
      path: '/v1/pulls/:id/reviewers',
      summary: 'Who should review a pull request, as it was suggested last, with the reasons',
      tag: 'delivery',
      access: 'viewer',
      params: z.object({ id: z.string() }),
      response: { status: 200, schema: ReviewersBody },
      handle: async ({ params }) => {
        const pull = await found(params.id);
        const stored = await reviewers.suggested(params.id);
        return presentReviewers(stored ?? { ...pull, pullId: params.id, answer: NOBODY_YET, decidedAt: null });
      },
    }),
    route({
      method: 'GET',
      path: '/v1/pulls/:id/coverage',
      summary: "Which lines the tests run at the pull request's head, as the reports of its checks tell",
      tag: 'delivery',
      access: 'viewer',
      params: z.object({ id: z.string() }),
      response: { status: 200, schema: CoverageBody },
      handle: async ({ params }) => {
        const { projectId: project_id, repositoryId: repository_id, headSha: head_sha } = await found(params.id);
        return { project_id, repository_id, head_sha, reports: (await coverage.of(repository_id, head_sha)).map(presentReport) };
      },
    }),
  ];
}

const NOBODY_YET: StoredReviewers['answer'] = {
  suggested: [],
  passedOver: [],
  detail: 'Nobody was suggested yet: that happens when the pull request is ready for review.',
};

type Told = Omit<StoredReviewers, 'decidedAt'> & { decidedAt: Date | null };

function presentReviewers({ pullId, projectId, headSha, answer, decidedAt }: Told): z.input<typeof ReviewersBody> {
  const { suggested, passedOver, detail } = answer;
  return {
    pull_id: pullId,
    project_id: projectId,
    head_sha: headSha,
    suggested,
    passed_over: passedOver,
    detail,
    decided_at: decidedAt?.toISOString() ?? null,
  };
}

function presentReport({
  checkName,
  format,
  linesCovered,
  linesFound,
  problem,
  files,
}: CoverageReport): z.input<typeof CoverageBody>['reports'][number] {
  return {
    check: checkName,
    format,
    lines_covered: linesCovered,
    lines_found: linesFound,
    problem,
    files: [...files].map(([path, lines]) => ({ path, lines_covered: lines.covered.length, uncovered: rangesOf(lines.uncovered) })),
  };
}
