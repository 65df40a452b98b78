import type { CommitId } from '#ports/git.ts';

/** What one source file says about others, as written there: `./cart.ts`, `#ports/git.ts`, `zod`. Each once, in order. */
export type Specifiers = readonly string[];

/** A `package.json` of the repository, the fields that decide where an import leads. */
export interface PackageConfig {
  /** Folder it governs; '' is the root. */
  dir: string;
  name: string | null;
  imports: Readonly<Record<string, unknown>>;
  /** `exports`, or what stood for it before there was one (`main`, `module`, `types`, `source`) as `{'.': [...]}`. */
  exports: Readonly<Record<string, unknown>>;
}

/** A `tsconfig*.json` or `jsconfig.json`. */
export interface CompilerConfig {
  path: string;
  /** Paths of the configurations it extends, only those inside the repository. */
  extends: readonly string[];
  /** Folder relative to which bare imports are looked up; null: they are not. */
  baseUrl: string | null;
  /** Pattern (`@/*`) -> targets relative to the repository's root; null: not said here. */
  paths: Readonly<Record<string, readonly string[]>> | null;
}

export interface ResolutionConfig {
  packages: readonly PackageConfig[];
  compilers: readonly CompilerConfig[];
}

/** Who imports whom, by the paths of one tree. Imports of packages from outside are not in it. */
export interface ImportGraph {
  files: ReadonlySet<string>;
  imports: ReadonlyMap<string, readonly string[]>;
  importers: ReadonlyMap<string, readonly string[]>;
  /** Files that belong together by where they lie or how they are called: see `decide.neighbours.ts`. */
  neighbours: Neighbours;
}

export interface Neighbours {
  /** Files of one folder in one language that says nothing of imports we read. */
  byFolder: ReadonlyMap<string, readonly string[]>;
  /** A source file and its tests, by name. */
  bySubject: ReadonlyMap<string, readonly string[]>;
}

/** How two sets of files stand to each other. */
export type Relation =
  | { kind: 'none' }
  | { kind: 'same_files'; paths: readonly string[] }
  /** A file of one side reaches one of the other in so many imports. `from` is the one that would notice. */
  | { kind: 'imports'; distance: number; from: string; to: string; count: number };

/** One commit as history tells it. */
export interface Touch {
  commit: CommitId;
  atUnixS: number;
  paths: readonly string[];
}

/** A file that many changes touch, learned from history. */
export interface HotFile {
  path: string;
  /** Share of recent commits that touched it, newer ones counting more; 0 to 1. */
  share: number;
  /** Commits looked at that touched it. */
  touches: number;
}

export interface History {
  /** Commits looked at. */
  commits: number;
  /** Decayed share by path; absent: not touched by any of them. */
  shares: ReadonlyMap<string, number>;
  /** Most touched first. */
  hot: readonly HotFile[];
}

export type TaskSize = 'XS' | 'S' | 'M' | 'L' | 'XL';

/** A task as far as its order matters. */
export interface PlannableTask {
  key: string;
  title?: string | undefined;
  /** Globs of what it may touch. */
  scope: readonly string[];
  /** Keys of tasks that land first. */
  dependsOn: readonly string[];
  /** Default M. */
  estimate?: TaskSize | undefined;
}

/** What is known of the repository the tasks are for. */
export interface SerialiseFacts {
  graph: ImportGraph;
  history: History;
  /** Whether two lists of globs can match the same path, also one that does not exist yet. */
  globsMeet(left: readonly string[], right: readonly string[]): boolean;
}

/**
 * `ordered`: a dependency says which is first. `independent`: they share nothing and neither imports the other. `related`: they may
 * run side by side, and what they make is verified together. `serialise`: one must wait for the other, and nothing says so yet.
 */
export type PairVerdict = 'ordered' | 'independent' | 'related' | 'serialise';

export type PairCause = 'hot_file' | 'same_files' | 'new_files' | 'imports' | 'overlap';

export interface PairReport {
  left: string;
  right: string;
  verdict: PairVerdict;
  /** What connects them, dependency or not; null: nothing. */
  cause: PairCause | null;
  /** Whether one would have to wait for the other if no dependency were declared. */
  mustWait: boolean;
  /** Estimated chance that they change the same place, 0 to 1. */
  conflictChance: number;
  sharedFiles: { count: number; examples: readonly string[] };
  hotFiles: readonly string[];
  imports: Extract<Relation, { kind: 'imports' }> | null;
  /** One sentence. */
  reason: string;
}

export interface TaskDependency {
  task: string;
  /** Lands before `task` starts. */
  on: string;
  why: 'declared' | PairCause;
  reason: string;
}

/** In which order tasks may run, and why. Waves are null and `cycle` names the keys when they wait for each other in a circle. */
export interface Serialisation {
  waves: readonly (readonly string[])[] | null;
  cycle: readonly string[];
  /** Tasks of the widest wave. */
  width: number;
  /** The same with the declared dependencies only. */
  plannedWidth: number;
  dependencies: readonly TaskDependency[];
  pairs: readonly PairReport[];
  /** Pairs that nothing connects, of all pairs; 1 when there is no pair. */
  independentShare: number;
  /** Pairs that need not wait for each other (connected by imports or a wide overlap at most), of all pairs. */
  parallelShare: number;
  /** Tasks that need to wait for no other, of all tasks: demand E9 wants 0.8. */
  independentTaskShare: number;
  /** No cycle, and every pair that must be serialised is ordered by a declared dependency. */
  holds: boolean;
}
