/** The parts of a run, in the order in which they run. */
export const PARTS = ['t0', 't1', 't2', 't3', 't4', 'throughput'] as const;
export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  /** Paths of git repositories, bare or not; they are read and never written to. */
  repositories: readonly string[];
  only: readonly Part[];
  /** Everything random follows from it. */
  seed: number;
  /** Change requests (T1: per staleness), windows and conflicted merges looked at per repository, at most. */
  samples: number;
}

/** `share` is null when nothing was counted; the interval is Wilson, 95 %. */
export interface Share {
  hits: number;
  of: number;
  share: number | null;
  low: number | null;
  high: number | null;
}

/** Nearest rank; the interval is from order statistics, 95 %. */
export interface Quantile {
  at: number;
  n: number;
  value: number | null;
  low: number | null;
  high: number | null;
}

export interface Spread {
  runs: number;
  median: number | null;
  least: number | null;
  most: number | null;
}

/** What was found out about a repository before anything ran. */
export interface RepositoryFacts {
  name: string;
  head: string;
  files: number;
  /** Commits on the first-parent line of HEAD. */
  mainline: number;
  pullHeads: number;
  mergeCommits: number;
}

export type LandingRung = 'R0' | 'R1' | 'R2' | 'R3';

/** T0: landed changes replayed as change requests at their real parent. */
export interface BacktestReport {
  /** Trees identical to history, of all admitted. */
  identical: Share;
  /** Admission refusals by code: changes that a change request cannot hold (symbolic links, submodules). */
  refused: Record<string, number>;
  seconds: number;
  /** The first few that differ. */
  differing: string[];
}

/** T1 at one staleness. */
export interface StaleReport {
  k: number;
  /** Git's merge alone, effect preserved. */
  plain: Share;
  /** The whole ladder of deterministic rungs. */
  ladder: Share;
  byRung: Record<LandingRung, number>;
  /** Applied cleanly, but the effect check refused what would have landed. */
  effectLost: number;
  conflicts: number;
  /** Landings by a rung of ours that an oracle calls wrong, of the landings that an oracle could judge. */
  wrong: Share;
  /** Of the same: landings by git's clean merge whose tree is not history's. No rung of ours had a hand in them. */
  gitDiffers: Share;
  wrongExamples: string[];
  /** Left out: landed already within the window, or nothing left to land. */
  alreadyLanded: number;
}

export interface StaleSet {
  /** `pull_heads`: what people and agents really wrote. `transplanted`: landed changes put on an older base. */
  source: 'pull_heads' | 'transplanted';
  candidates: number;
  /** `transplanted` only: applied to the older base, of those tried, over all K. */
  transplanted: Share | null;
  byK: StaleReport[];
}

/** Landed pull requests at the very parent they landed on: there history knows the answer. */
export interface TruthReport {
  landed: Share;
  identical: Share;
  examples: string[];
}

export interface StaleAll {
  sets: StaleSet[];
  truth: TruthReport | null;
  amTried: Share | null;
  cherryTried: Share | null;
  seconds: number;
}

/** T2 at one window size. */
export interface WindowReport {
  k: number;
  windows: number;
  orders: number;
  /** Changes that can be written on the window's base at all. */
  decomposable: Share;
  /** First tries that landed, over all orders. */
  landed: Share;
  byRung: Record<LandingRung, number>;
  /** Runs in which every change of the window landed. */
  complete: number;
  /** Of those, the final tree is history's. */
  identical: Share;
  /** Of the others: every file that only landed changes touched is as history has it. */
  filesIdentical: Share;
  mismatches: string[];
}

/** T3: conflicted merges that people resolved. */
export interface ResolverReport {
  merges: number;
  conflicted: number;
  conflictedFiles: number;
  /** Merges in which every conflicted file was resolved without a person. */
  automatic: Share;
  /** Of those, all resolved files equal the person's. */
  equal: Share;
  automaticFiles: Share;
  equalFiles: Share;
  /** Files whose words are all accounted for, whether or not they equal the person's. */
  conservedFiles: Share;
  byRule: Record<string, { files: number; equal: number }>;
  refusals: Record<string, number>;
  seconds: number;
}

export const POLICIES = ['reeve', 'serial', 'batch-5-bisect', 'window-20'] as const;
export type PolicyName = (typeof POLICIES)[number];

/** T4: one policy under one load. Times are minutes on the virtual clock. */
export interface LoadReport {
  policy: PolicyName;
  failing: number;
  flakes: number;
  arrivalsPerHour: number;
  landedPerHour: number;
  minutesToLand: Quantile[];
  ciRunsPerLanding: number | null;
  landed: number;
  refused: number;
  /** Right changes that were set aside all the same. */
  innocentsRefused: number;
  /** Failing changes that reached the branch. */
  culpritsLanded: number;
  /** Submitted but neither landed nor refused when the clock stopped. */
  waiting: number;
}

export interface ThroughputReport {
  changes: number;
  files: number;
  /** Submitted to landed with the journal in PostgreSQL, change requests per second. */
  endToEnd: Spread;
  /** From the first look of the queue to the last landing, all submitted before. */
  landing: Spread;
  /** Git and decisions alone, without a database. */
  kernel: Spread;
  am: Spread;
  cherryPick: Spread;
  amApplied: Share;
  cherryApplied: Share;
  kernelLanded: Share;
  queueLanded: Share;
  /** Of one run: where the time of the kernel goes, seconds by operation. */
  profile: Record<string, number>;
  /** Where the time of the queue goes while it lands what was submitted before, over all runs; null: it could not be measured. */
  split: TimeSplit | null;
  /** Why the queue on the database could not be measured. */
  failed: string | null;
}

/** Seconds for each change request. Trains of changes are put together in memory, which counts as git. */
export interface TimeSplit {
  git: number;
  database: number;
  /** The queue's own decisions, and waiting for its turn on the processor. */
  rest: number;
}

export interface RepositoryReport {
  facts: RepositoryFacts;
  t0: BacktestReport | null;
  t1: StaleAll | null;
  t2: WindowReport[] | null;
  t3: ResolverReport | null;
  throughput: ThroughputReport | null;
  /** Parts that could not be finished. */
  failed: Array<{ part: Part; error: string }>;
}

export interface Target {
  name: string;
  wanted: string;
  measured: string;
  state: 'met' | 'missed' | 'not_measured';
}

export interface BenchReport {
  version: 1;
  seed: number;
  samples: number;
  git: string;
  node: string;
  cores: number;
  loadBefore: number;
  loadAfter: number;
  /** T0 fell short: nothing else of the run means anything. */
  void: boolean;
  repositories: RepositoryReport[];
  load: LoadReport[] | null;
  targets: Target[];
  seconds: number;
}
