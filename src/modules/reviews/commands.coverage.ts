import type { Db } from '#platform/db/index.ts';
import { addedLines } from '#kernel/diff-lines.ts';
import type { Mirror } from '#ports/git.ts';
import { combined, linesFound, parseCoverage, toRepositoryPaths, uncoveredChanges } from './decide.coverage.ts';
import type { CoverageReport, UncoveredChange } from './model.coverage.ts';
import { coverageOf, saveCoverage } from './store.coverage.ts';

export interface CoverageDeps {
  db: Db;
  mirror(repositoryId: string): Promise<Mirror>;
}

/** A report as a check wrote it; `text` null: it could not be read, and `problem` says why. */
export interface WrittenReport {
  check: string;
  text: string | null;
  problem: string | null;
}

/** What tests of a change run, and what they leave out. */
export interface CoverageReports {
  /** Reads and keeps the reports of a commit's checks. `folder`: where the checks ran. A report that says nothing is kept with its problem. */
  note(of: { projectId: string; repositoryId: string; headSha: string; folder: string }, written: readonly WrittenReport[]): Promise<void>;
  /** Reports of a commit. */
  of(repositoryId: string, headSha: string): Promise<CoverageReport[]>;
  /**
   * Lines that `head` changes against `base` and no test ran, by file. Null: no report of this head could be read, so nothing is known. Of a change
   * of more than 2 MB only the beginning is looked at.
   */
  untested(of: { repositoryId: string; base: string; head: string }): Promise<UncoveredChange[] | null>;
}

const MOST_DIFF_BYTES = 2_000_000;
/** What is kept of one report; more would be read by nobody and slow every question about it. */
const MOST_KEPT_LINES = 1_000_000;

export function createCoverage({ db, mirror }: CoverageDeps): CoverageReports {
  return {
    async note({ folder, ...of }, written) {
      if (written.length === 0) return;
      const paths = (await (await mirror(of.repositoryId)).listTree(of.headSha)).map(({ path }) => path);
      for (const report of written) await saveCoverage(db, { ...of, ...read(report, { folder, paths }), checkName: report.check });
    },
    of: (repositoryId, headSha) => coverageOf(db, repositoryId, headSha),
    async untested({ repositoryId, base, head }) {
      const reports = (await coverageOf(db, repositoryId, head)).filter(({ format }) => format !== null);
      if (reports.length === 0) return null;
      const diff = await (await mirror(repositoryId)).diffText(base, head, MOST_DIFF_BYTES);
      return uncoveredChanges(combined(reports.map(({ files }) => files)), addedLines(diff));
    },
  };
}

function read(
  { text, problem }: WrittenReport,
  at: { folder: string; paths: readonly string[] },
): Pick<CoverageReport, 'format' | 'files' | 'linesCovered' | 'linesFound' | 'problem'> {
  const nothing = (why: string) => ({ format: null, files: new Map(), linesCovered: 0, linesFound: 0, problem: why });
  if (text === null) return nothing(problem ?? 'The report could not be read.');
  const parsed = parseCoverage(text);
  if (!parsed.ok) return nothing(parsed.problem);
  const { format, files, unknownFiles } = toRepositoryPaths(parsed.coverage, { root: at.folder, paths: at.paths });
  if (files.size === 0) return nothing('None of the files that the report names is in the repository.');
  const found = linesFound(files);
  if (found.all > MOST_KEPT_LINES) return nothing('The report tells of more than a million lines.');
  const unknown =
    unknownFiles === 0
      ? null
      : `${unknownFiles} ${unknownFiles === 1 ? 'file' : 'files'} of the report could not be told among those of the repository.`;
  return { format, files, linesCovered: found.covered, linesFound: found.all, problem: unknown };
}
