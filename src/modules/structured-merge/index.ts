export { mergeFile } from './decide.ts';
export { mergeSplit } from './decide.split.ts';
export type { FileMerge, FileVersions } from './model.ts';
