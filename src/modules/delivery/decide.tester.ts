/** What the pull request needs of a tester, as facts. */
export interface TesterFacts {
  /** Of the project. */
  wanted: 'off' | 'suggest' | 'write';
  /** Nobody is named for the role: false. */
  hasTester: boolean;
  /** Changed lines that no test runs; null: no report tells. */
  uncovered: number | null;
  /** The plan has a task for a tester, which people approved with the files it may touch. */
  hasTask: boolean;
  /** This story had tests written onto the branch before. */
  hasWritten: boolean;
}

/**
 * Whether a tester is sent to a head. Only where a coverage report shows changed lines without tests: everything else would be a guess that costs money. It writes
 * onto the branch only within a task of the approved plan, and once for a story; else it says what it would add.
 */
export function decideTesting({ wanted, hasTester, uncovered, hasTask, hasWritten }: TesterFacts): 'none' | 'suggest' | 'write' {
  if (wanted === 'off' || !hasTester || uncovered === null || uncovered === 0) return 'none';
  return wanted === 'write' && hasTask && !hasWritten ? 'write' : 'suggest';
}
