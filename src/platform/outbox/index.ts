export type { Outbox } from './model.ts';
export { createOutbox, type OutboxDeps } from './outbox.ts';
