import type { ActionKind } from '#modules/actions/index.ts';

/** Kinds that follow a landing: they are not taken back with what a story left behind. */
export const AFTER_LANDING: ReadonlySet<ActionKind> = new Set(['branch.delete', 'issue.tick', 'pr.revert']);
