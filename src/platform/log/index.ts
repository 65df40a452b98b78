export { withoutPersonalLine } from './personal.ts';
export { createLog, type Log, type LogOptions } from './log.ts';
