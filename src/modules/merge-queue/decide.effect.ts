import { countLines, timesOf } from './decide.line-counts.ts';
import { findLostRevert, type RevertFacts } from './decide.reverts.ts';
import type { FileEffect } from './model.ts';

/**
 * What a clean merge did to the change. `preserved`: the landed diff adds and deletes, file by file, what the submitted one
 * did. `already_landed`: nothing is left to land. `partially_absorbed`: some of it was there already, or git's merge changed
 * its size: a clean merge that lands something else than was submitted. `revert_lost`: the change undoes another that its
 * base does not hold, or a later change keeps part of what it undoes.
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
  /** Set when the change says it reverts another. */
  reverts: RevertFacts | null;
  /** Files that a project's command writes after the merge: what of them was submitted does not count. */
  regenerated?: ReadonlySet<string>;
  /**
   * Files looked at more closely than by counting lines, by the name they were submitted under: what of the submitted change
   * the merge does not add to the head. Empty: all of it is there, and nothing else.
   */
  compared?: ReadonlyMap<string, readonly string[]>;
  /** Files that the head took apart: the name under which one was submitted, and where R3 put the change, line by line. */
  moved?: ReadonlyMap<string, readonly string[]>;
}

export function classifyEffect(facts: EffectFacts): EffectClass {
  const { reverts } = facts;
  if (reverts !== null && !reverts.landedInBase) {
    return { kind: 'revert_lost', detail: `It reverts ${reverts.id}, which its base does not hold; it must be made again on a base that does.` };
  }
  const regenerated = (effect: FileEffect): boolean => facts.regenerated?.has(effect.path) === true;
  if (facts.landed.every(regenerated)) return { kind: 'already_landed' };
  const lost = reverts === null ? null : findLostRevert(reverts);
  if (lost !== null) return { kind: 'revert_lost', detail: lost };
  const differing = differences(facts);
  // Others undid part of what is undone: what counts for a revert is that nothing of it is left.
  if (differing.length === 0 || (reverts !== null && (reverts.files?.length ?? 0) > 0 && differing.every(({ extra }) => !extra)))
    return { kind: 'preserved' };
  return { kind: 'partially_absorbed', detail: differing.map(({ sentence }) => sentence).join(' ') };
}

/** Names under which files were submitted whose line counts do not say that their change landed whole. */
export function doubtfulFiles(facts: EffectFacts): string[] {
  return differences(facts).flatMap(({ path, extra }) => (extra ? [] : [path]));
}

interface Difference {
  path: string;
  /** It would land and was not submitted. */
  extra: boolean;
  sentence: string;
}

function differences({ submitted, landed, renamedSince, regenerated, compared, moved }: EffectFacts): Difference[] {
  const left = new Map(landed.filter(({ path }) => regenerated?.has(path) !== true).map((effect) => [effect.path, effect]));
  const found: Difference[] = [];
  for (const wanted of submitted) {
    if (regenerated?.has(wanted.path) === true) continue;
    const parts = moved?.get(wanted.path);
    if (parts !== undefined) {
      for (const part of parts) left.delete(part);
      continue;
    }
    const path = left.has(wanted.path) ? wanted.path : (renamedSince.get(wanted.path) ?? wanted.path);
    const landing = left.get(path);
    left.delete(path);
    const sentence = compare(wanted, landing, compared?.get(wanted.path));
    if (sentence !== null) found.push({ path: wanted.path, extra: false, sentence });
  }
  for (const extra of left.values())
    found.push({ path: extra.path, extra: true, sentence: `${extra.path}: not submitted, ${show(extra)} would land.` });
  return found;
}

const MOST_NAMED = 5;

function compare(wanted: FileEffect, landing: FileEffect | undefined, missing: readonly string[] | undefined): string | null {
  if (landing === undefined) return `${wanted.path}: ${show(wanted)} submitted, nothing would land.`;
  if (missing !== undefined) {
    const named = missing.slice(0, MOST_NAMED).join(' · ');
    return missing.length === 0 ? null : `${wanted.path}: ${show(wanted)} submitted, ${show(landing)} would land. Not as submitted: ${named}.`;
  }
  if (landing.added === wanted.added && landing.deleted === wanted.deleted) return null;
  return `${wanted.path}: ${show(wanted)} submitted, ${show(landing)} would land.`;
}

function show({ added, deleted }: FileEffect): string {
  return added === null || deleted === null ? 'a binary change' : `+${added} -${deleted}`;
}

/** One file before and after, as it was submitted and as it would land; null where there is no such file. */
export interface FourTexts {
  base: string | null;
  submitted: string | null;
  head: string | null;
  merged: string | null;
}

/**
 * Lines of the submitted change that the merge does not add (or take away) just so. git may count the same change differently
 * on another base, because it aligns equal lines elsewhere; how often each line occurs does not depend on that.
 */
export function compareLines(texts: FourTexts): string[] {
  const base = countLines(texts.base);
  const submitted = countLines(texts.submitted);
  const head = countLines(texts.head);
  const merged = countLines(texts.merged);
  return [...new Set([base, submitted, head, merged].flatMap((counts) => [...counts.keys()]))]
    .filter((line) => timesOf(submitted, line) - timesOf(base, line) !== timesOf(merged, line) - timesOf(head, line))
    .map((line) => JSON.stringify(line.trim().slice(0, 80)));
}
