import type { Dependent, DependentReason } from './model.history.ts';
import type { FileEffect } from './model.ts';

/** A landing as far as its dependents are concerned. */
export interface LandingFacts {
  id: string;
  taskId: string;
  summary: string;
  dependsOn: readonly string[];
  effect: readonly FileEffect[];
}

export interface DependentFacts {
  /** To be taken back, whatever else is. */
  roots: readonly string[];
  /** What is landed on the target from the oldest root on, oldest first; the roots are among them. */
  landings: readonly LandingFacts[];
  /** By id: files that the landing's files may change the behaviour of (what imports them). */
  impact: ReadonlyMap<string, ReadonlySet<string>>;
  /** Take dependents back too. */
  withDependents: boolean;
}

/** What a landing's files were before and after. */
export function pathsTouched(effect: readonly FileEffect[]): string[] {
  return [...new Set(effect.flatMap(({ path, from }) => (from === null ? [path] : [path, from])))];
}

/**
 * Landings that were made on top of what is to be taken back: they name it as a dependency, touch a file it touched, or import one.
 * With dependents, theirs count as well, to the end; without, only what directly follows is named.
 */
export function findDependents({ roots, landings, impact, withDependents }: DependentFacts): Dependent[] {
  const taken = new Set(roots);
  const found: Dependent[] = [];
  for (const [at, landing] of landings.entries()) {
    if (taken.has(landing.id)) continue;
    const before = landings.slice(0, at).filter(({ id }) => taken.has(id));
    const link = before.map((earlier) => ({ earlier, reason: relate(earlier, landing, impact, landings) })).find(({ reason }) => reason !== null);
    if (link === undefined || link.reason === null) continue;
    found.push({ id: landing.id, summary: landing.summary, of: link.earlier.id, ...link.reason, included: withDependents });
    if (withDependents) taken.add(landing.id);
  }
  return found;
}

type Link = { reason: DependentReason; files: string[] };

function relate(
  earlier: LandingFacts,
  later: LandingFacts,
  impact: ReadonlyMap<string, ReadonlySet<string>>,
  all: readonly LandingFacts[],
): Link | null {
  // A dependency is met by any attempt of its task, so any attempt of it counts here too.
  const tasks = new Set(all.filter(({ id }) => later.dependsOn.includes(id)).map(({ taskId }) => taskId));
  if (later.dependsOn.includes(earlier.id) || tasks.has(earlier.taskId)) return { reason: 'depends_on', files: [] };
  const touched = pathsTouched(later.effect);
  const before = new Set(pathsTouched(earlier.effect));
  const shared = touched.filter((path) => before.has(path));
  if (shared.length > 0) return { reason: 'same_files', files: shared };
  const affected = impact.get(earlier.id);
  const importing = affected === undefined ? [] : touched.filter((path) => affected.has(path));
  return importing.length > 0 ? { reason: 'imports', files: importing } : null;
}

/** Dependents that cannot stay when what they name is gone. */
export function mustFollow(dependents: readonly Dependent[]): Dependent[] {
  return dependents.filter((dependent) => dependent.reason === 'depends_on' && !dependent.included);
}

/** Newest landing first: each inverse then meets the tree it was made for, or one that later landings of others changed. */
export function orderOfInverses<T extends { id: string }>(landings: readonly T[], taken: ReadonlySet<string>): T[] {
  return landings.filter(({ id }) => taken.has(id)).toReversed();
}

const MOST_NAMED = 20;

/** The summary of the inverse change request; its first line is the subject of the commit. */
export function summaryOfRollback(rollsBack: ReadonlyArray<{ id: string; summary: string }>, reason: string): string {
  const [first] = rollsBack;
  const subject = rollsBack.length === 1 ? `Revert: ${line(first?.summary ?? '')}` : `Revert ${rollsBack.length} changes`;
  const named = rollsBack.slice(0, MOST_NAMED).map(({ id, summary }) => `- ${id} ${line(summary)}`);
  const more = rollsBack.length > MOST_NAMED ? [`- and ${rollsBack.length - MOST_NAMED} more`] : [];
  return [subject, '', reason, '', ...named, ...more].join('\n').slice(0, 2000);
}

const line = (summary: string): string => (summary.split('\n')[0] ?? '').slice(0, 90);
