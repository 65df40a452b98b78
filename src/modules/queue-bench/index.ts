export { renderMarkdown } from './decide.report.ts';
export { renderTables } from './decide.report.tables.ts';
export { PARTS, type BenchOptions, type BenchReport, type Part } from './model.ts';
export type { QueueBenchDeps } from './steps.context.ts';
export { runQueueBench } from './steps.ts';
