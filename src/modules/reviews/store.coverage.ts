import { json, sql, type Queryable } from '#platform/db/index.ts';
import { toStorableJson, toStorableText } from '#kernel/text.ts';
import { linesOf, rangesOf } from './decide.coverage.ts';
import type { CoverageFormat, CoverageReport } from './model.coverage.ts';

type Files = Record<string, { c: string; u: string }>;

/** A commit's checks are run again after a crash: what was told last counts. */
export async function saveCoverage(on: Queryable, report: CoverageReport & { projectId: string }): Promise<void> {
  const files: Files = Object.fromEntries(
    [...report.files].map(([path, lines]) => [path, { c: rangesOf(lines.covered), u: rangesOf(lines.uncovered) }]),
  );
  const problem = report.problem === null ? null : toStorableText(report.problem);
  await on.run(sql`insert into coverage_reports (repository_id, head_sha, check_name, project_id, format, files, lines_covered, lines_found, problem)
    values (${report.repositoryId}, ${report.headSha}, ${report.checkName}, ${report.projectId}, ${report.format}, ${json(toStorableJson(files))},
      ${report.linesCovered}, ${report.linesFound}, ${problem})
    on conflict (repository_id, head_sha, check_name) do update set format = excluded.format, files = excluded.files,
      lines_covered = excluded.lines_covered, lines_found = excluded.lines_found, problem = excluded.problem, created_at = now()`);
}

/** Reports of a commit by the name of their check. */
export async function coverageOf(on: Queryable, repositoryId: string, headSha: string): Promise<CoverageReport[]> {
  const rows = await on.all(sql<{
    checkName: string;
    format: CoverageFormat | null;
    files: Files;
    linesCovered: number;
    linesFound: number;
    problem: string | null;
  }>`select check_name, format, files, lines_covered, lines_found, problem from coverage_reports
    where repository_id = ${repositoryId} and head_sha = ${headSha} order by check_name`);
  return rows.map(({ files, ...row }) => ({
    ...row,
    repositoryId,
    headSha,
    files: new Map(Object.entries(files).map(([path, { c, u }]) => [path, { covered: linesOf(c), uncovered: linesOf(u) }])),
  }));
}
