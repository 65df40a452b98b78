export { runCommand } from './command.ts';
export { spawnGroup } from './group.ts';
export { createLineSplitter } from './lines.ts';
export type { CommandResult, CommandSpec, GroupSpec, ProcessGroup } from './model.ts';
export { ownProgram } from './own-program.ts';
export { createAsyncQueue, type AsyncQueue } from './queue.ts';
export { endProcessesWith } from './survivors.ts';
export { createWatch, settlesWithin, type Watch, type WatchLimits } from './watch.ts';
