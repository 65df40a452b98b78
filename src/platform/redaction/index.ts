export { createRedactor, type Redactor } from './redactor.ts';
export type { RedactingStream } from './stream.ts';
export { redactValue } from './value.ts';
