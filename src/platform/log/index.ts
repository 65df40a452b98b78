export { createLog, type Log, type LogOptions } from './log.ts';
export { createRedactor, type Redactor } from './redact.ts';
