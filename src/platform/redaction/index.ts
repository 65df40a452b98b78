export { createRedactor, GRACE_MS, type Redactor } from './redactor.ts';
export type { RedactingStream } from './stream.ts';
export { redactValue } from './value.ts';
