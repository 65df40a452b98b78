export { impactOf, independent, importsBetween, NEAR, reachOf, relationOf, type Reach } from './decide.graph.ts';
export { HISTORY_COMMITS, HOT_RULES, learnHistory } from './decide.hot.ts';
export { importsOf } from './decide.imports.ts';
export { serialise, WAIT_FROM } from './decide.serialise.ts';
export type {
  History,
  HotFile,
  ImportGraph,
  PairCause,
  PairReport,
  PairVerdict,
  PlannableTask,
  Relation,
  Serialisation,
  SerialiseFacts,
  TaskDependency,
  TaskSize,
} from './model.ts';
export { createImpact, type Impact } from './queries.ts';
export { freshBase } from './queries.base.ts';
export { createWatching, type RepositoryWatching, type WatchedRepository, type WatchingDeps } from './commands.watching.ts';
