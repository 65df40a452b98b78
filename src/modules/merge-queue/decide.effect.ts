import type { FileEffect } from './model.ts';

/**
 * What a clean merge did to the change. `preserved`: the landed diff adds and deletes, file by file, as many lines as the
 * submitted one. `already_landed`: nothing is left to land. `partially_absorbed`: some of it was there already, or git's
 * merge changed its size: a clean merge that lands something else than was submitted. `revert_lost`: the change undoes
 * another that its base does not hold, so the merge would silently keep it.
 */
export type EffectClass =
  | { kind: 'preserved' }
  | { kind: 'already_landed' }
  | { kind: 'partially_absorbed'; detail: string }
  | { kind: 'revert_lost'; detail: string };

export interface EffectFacts {
  submitted: readonly FileEffect[];
  /** Head to merged tree. */
  landed: readonly FileEffect[];
  /** Files that others renamed between base and head: old name to new name. */
  renamedSince: ReadonlyMap<string, string>;
  /** Set when the change says it reverts another: whether its base holds what that one landed. */
  reverts: { id: string; landedInBase: boolean } | null;
}

export function classifyEffect(facts: EffectFacts): EffectClass {
  if (facts.reverts !== null && !facts.reverts.landedInBase) {
    return {
      kind: 'revert_lost',
      detail: `It reverts ${facts.reverts.id}, which its base does not hold; it must be made again on a base that does.`,
    };
  }
  if (facts.landed.length === 0) return { kind: 'already_landed' };
  const differing = differences(facts);
  return differing.length === 0 ? { kind: 'preserved' } : { kind: 'partially_absorbed', detail: differing.join(' ') };
}

function differences({ submitted, landed, renamedSince }: EffectFacts): string[] {
  const left = new Map(landed.map((effect) => [effect.path, effect]));
  const sentences: string[] = [];
  for (const wanted of submitted) {
    const path = left.has(wanted.path) ? wanted.path : (renamedSince.get(wanted.path) ?? wanted.path);
    const found = left.get(path);
    left.delete(path);
    if (found === undefined) sentences.push(`${wanted.path}: ${show(wanted)} submitted, nothing would land.`);
    else if (found.added !== wanted.added || found.deleted !== wanted.deleted)
      sentences.push(`${wanted.path}: ${show(wanted)} submitted, ${show(found)} would land.`);
  }
  for (const extra of left.values()) sentences.push(`${extra.path}: not submitted, ${show(extra)} would land.`);
  return sentences;
}

function show({ added, deleted }: FileEffect): string {
  return added === null || deleted === null ? 'a binary change' : `+${added} -${deleted}`;
}
