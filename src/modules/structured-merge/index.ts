export { mergeFile } from './decide.ts';
export type { FileMerge, FileVersions } from './model.ts';
