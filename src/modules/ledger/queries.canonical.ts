import type { JsonValue } from '#kernel/json.ts';
import { canonicalJson } from '#platform/crypto/index.ts';
import type { ChainFields } from './model.entry.ts';

/** Printable ASCII without `"` and `\`: stands in JSON as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;

function scalarText(value: string | number | boolean | null): string {
  if (typeof value === 'string' && PLAIN.test(value)) return `"${value}"`;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return canonicalJson(value);
}

// Deeper than any payload that is stored; what a stranger sends is left to the library, which does not recurse.
const DEEPEST = 64;

/**
 * `canonicalJson` of a value that came out of `JSON.parse` or was made ready to be stored, in half its time: walking the ledger is
 * little else. Everything that is not plain goes through `canonicalJson` itself, and a property test holds the two together.
 */
export function canonicalText(value: JsonValue, depth = 0): string {
  if (value === null || typeof value !== 'object') return scalarText(value);
  if (depth > DEEPEST) return canonicalJson(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalText(item, depth + 1)).join(',')}]`;
  let text = '';
  for (const key of Object.keys(value).sort())
    text += `${text === '' ? '' : ','}${scalarText(key)}:${canonicalText(value[key] as JsonValue, depth + 1)}`;
  return `{${text}}`;
}

/**
 * JCS of `hashedFields(entry)` with its ten keys already in order: only the payload needs sorting. A property test holds it to the
 * plain definition.
 */
export function canonicalEntry(entry: ChainFields): string {
  return (
    `{"actor":${scalarText(entry.actor)},"kind":${scalarText(entry.kind)},"occurred_at":${scalarText(entry.at)},` +
    `"payload":${canonicalText(entry.payload)},"prev_hash":${scalarText(entry.prevHash)},"project_id":${scalarText(entry.projectId ?? null)},` +
    `"seq":${scalarText(entry.seq)},"subject":${scalarText(entry.subject)},"v":1,"work_item_id":${scalarText(entry.workItemId ?? null)}}`
  );
}
