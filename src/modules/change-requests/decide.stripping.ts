import { matchesAnyGlob } from '#kernel/glob.ts';
import { lookalikeKey } from '#kernel/paths.ts';
import { pathsOf } from './decide.admission.ts';
import type { Change, ChangeRequestDocument, AdmissionRules } from './model.ts';

export interface Stripped {
  document: ChangeRequestDocument;
  notes: string[];
}

const LEFT_OUT = ' is written by the queue itself and was left out of the change.';

/** Paths that admission left out of a change because the queue writes them, as the entry's notes tell. */
export function strippedPaths(notes: readonly string[]): string[] {
  return notes.flatMap((note) => (note.endsWith(LEFT_OUT) ? [note.slice(0, -LEFT_OUT.length)] : []));
}

/**
 * Takes the files the queue writes itself out of a submitted change and raises the risk where protected paths are touched;
 * each with a note. A task that may write what the queue owns (a release) keeps it.
 */
export function stripAndRate(document: ChangeRequestDocument, rules: AdmissionRules): Stripped {
  const owned = (change: Change) => !rules.mayWriteQueueOwned && pathsOf(change).every((path) => matchesAnyGlob(path, rules.queueOwned));
  const notes = document.changes.filter(owned).map((change) => `${change.path}${LEFT_OUT}`);
  const changes = document.changes.filter((change) => !owned(change));
  const guarded = [...new Set(changes.flatMap(pathsOf))].filter((path) => isGuarded(path, rules.protectedPaths));
  const risk = guarded.length > 0 ? 'high' : document.risk;
  if (guarded.length > 0 && document.risk !== 'high')
    notes.push(`The risk was raised to high: ${guarded.join(', ')} ${guarded.length === 1 ? 'is' : 'are'} protected.`);
  return { document: { ...document, changes, risk }, notes };
}

/** By what a path is read as, so that neither case nor a look-alike opens a way round. */
function isGuarded(path: string, globs: readonly string[]): boolean {
  return matchesAnyGlob(path, globs) || matchesAnyGlob(lookalikeKey(path), globs.map(lookalikeKey));
}
