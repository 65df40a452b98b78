export const COVERAGE_FORMATS = ['lcov', 'cobertura', 'jacoco'] as const;
export type CoverageFormat = (typeof COVERAGE_FORMATS)[number];

/** Line numbers from 1, ascending, each once; a line is in one of the two, or in none when nothing on it can be run. */
export interface FileLines {
  covered: number[];
  uncovered: number[];
}

/** How often a line ran, by file as the report names it. */
export interface RawCoverage {
  format: CoverageFormat;
  /** Folders that names may be relative to, as the report says. */
  sources: string[];
  files: ReadonlyMap<string, FileLines>;
}

/** What the tests of a commit ran. Paths are those of the repository. */
export interface Coverage {
  format: CoverageFormat;
  files: ReadonlyMap<string, FileLines>;
  /** Files of the report that are none of the repository, or could be several of it. */
  unknownFiles: number;
}

export type ParsedCoverage = { ok: true; coverage: RawCoverage } | { ok: false; problem: string };

/** Changed lines of one file that can be run, and those of them that no test ran. */
export interface UncoveredChange {
  path: string;
  /** Changed lines of which the report speaks. */
  changed: number;
  uncovered: number[];
}

/** A check's coverage report of one commit, as it is stored. */
export interface CoverageReport {
  repositoryId: string;
  headSha: string;
  checkName: string;
  format: CoverageFormat | null;
  files: ReadonlyMap<string, FileLines>;
  linesCovered: number;
  linesFound: number;
  /** Why nothing, or not all, could be read; null: all was. */
  problem: string | null;
}
