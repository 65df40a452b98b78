export { mergeFile } from './decide.ts';
export { mergeSplit } from './decide.split.ts';
export type { FileMerge, FileVersions } from './model.ts';
export { compareThree, type Stretch } from './decide.diff3.ts';
export { linesOf } from './decide.tokens.ts';
