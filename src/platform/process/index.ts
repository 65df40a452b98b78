export { runCommand } from './command.ts';
export { spawnGroup } from './group.ts';
export { createLineSplitter } from './lines.ts';
export type { CommandSpec, ProcessGroup } from './model.ts';
export { ownProgram } from './own-program.ts';
export { createAsyncQueue } from './queue.ts';
export { endProcessesWith } from './survivors.ts';
export { createWatch, settlesWithin, type Watch } from './watch.ts';
export { createCrowded } from './crowded.ts';
