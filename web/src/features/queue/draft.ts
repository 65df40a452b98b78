import type { BrowserStore } from '../../ui/browser-store.ts';
import { markerLines, type Pick } from './three-way.ts';

/** What is to become of one file, as far as it was decided. */
export type Decision =
  | { kind: 'ours' | 'theirs' | 'delete' }
  /** `picks`: how the text came about; null once it was typed into. `crlf`: its lines, which end in a line feed here, end as on Windows. */
  | { kind: 'edit'; text: string; picks: Record<number, Pick> | null; crlf: boolean };

/** Decisions that were not submitted yet, of one conflict met on one head. */
export interface Draft {
  head: string;
  files: Record<string, Decision>;
  reason: string;
}

/** What of a conflict decisions are about. */
export interface Decidable {
  id: string;
  head: string;
  files: ReadonlyArray<{ path: string }>;
}

export const emptyDraft = (head: string): Draft => ({ head, files: {}, reason: '' });

const keyOf = (id: string): string => `reeve:resolve:${id}`;

/** What this browser kept of a conflict; nothing of another head or shape. */
export function loadDraft(store: BrowserStore, { id, head, files }: Decidable): Draft {
  try {
    const found: unknown = JSON.parse(store.getItem(keyOf(id)) ?? 'null');
    if (!isRecord(found) || found['head'] !== head || !isRecord(found['files'])) return emptyDraft(head);
    const kept = Object.entries(found['files']).flatMap(([path, decision]) =>
      files.some((file) => file.path === path) && isDecision(decision) ? [[path, decision] as const] : [],
    );
    return { head, files: Object.fromEntries(kept), reason: typeof found['reason'] === 'string' ? found['reason'] : '' };
  } catch {
    return emptyDraft(head);
  }
}

/** Keeps it over a reload; false: the browser has no room, or keeps nothing. */
export function saveDraft(store: BrowserStore, id: string, draft: Draft): boolean {
  if (Object.keys(draft.files).length === 0 && draft.reason === '') return store.removeItem(keyOf(id));
  return store.setItem(keyOf(id), JSON.stringify(draft));
}

/** What is still missing before it can be submitted, as sentences by file; empty: nothing. */
export function missingOf(draft: Draft, conflict: Decidable): Array<{ path: string; why: string }> {
  return conflict.files.flatMap(({ path }) => {
    const decision = draft.files[path];
    if (decision === undefined) return [{ path, why: 'Not decided yet' }];
    const left = decision.kind === 'edit' ? markerLines(decision.text) : [];
    return left.length === 0 ? [] : [{ path, why: `Conflict markers are left in line ${left.slice(0, 3).join(', ')}` }];
  });
}

/** The order as the server takes it. Files that are not decided are left out: the server refuses those by name. */
export function toOrder(draft: Draft): { choice: 'edit'; files: Array<{ path: string; choice?: 'ours' | 'theirs' | 'delete'; content?: string }> } {
  const files = Object.entries(draft.files).map(([path, decision]) =>
    decision.kind === 'edit'
      ? { path, content: decision.crlf ? decision.text.replaceAll(/\r?\n/g, '\r\n') : decision.text }
      : { path, choice: decision.kind },
  );
  return { choice: 'edit', files };
}

/** The same decision for every file that is not decided yet. */
export function decideRest(draft: Draft, conflict: Decidable, kind: 'ours' | 'theirs'): Draft {
  const rest = conflict.files.filter(({ path }) => draft.files[path] === undefined).map(({ path }) => [path, { kind }] as const);
  return { ...draft, files: { ...draft.files, ...Object.fromEntries(rest) } };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function isDecision(value: unknown): value is Decision {
  if (!isRecord(value)) return false;
  if (value['kind'] === 'ours' || value['kind'] === 'theirs' || value['kind'] === 'delete') return true;
  return (
    value['kind'] === 'edit' &&
    typeof value['text'] === 'string' &&
    typeof value['crlf'] === 'boolean' &&
    (value['picks'] === null || isRecord(value['picks']))
  );
}
