import { compareThree, slice } from './decide.diff3.ts';
import { parseJson, type JsonNode } from './decide.json-text.ts';
import type { TextMerge, TextVersions } from './model.ts';

/**
 * JSON by key: objects are merged key by key, lists as lists. What one side left alone is copied as it is written, so that
 * indentation, order and line ends stay those of ours; what theirs added stands after the key it followed there.
 */
export function mergeJson(versions: TextVersions): TextMerge {
  const base = parseJson(versions.base);
  const ours = parseJson(versions.ours);
  const theirs = parseJson(versions.theirs);
  if (base === null || ours === null || theirs === null) return { kind: 'refused', reason: 'One of the versions is not JSON, or names a key twice.' };
  try {
    const merged = mergeNodes(base, ours, theirs, '');
    const text = versions.ours.slice(0, ours.start) + write(merged, '', indentOf(versions.ours)) + versions.ours.slice(ours.end);
    return parseJson(text) === null ? { kind: 'refused', reason: 'The merged file is not JSON.' } : { kind: 'merged', text, rules: ['json'] };
  } catch (error) {
    if (error instanceof KeyConflict) return { kind: 'refused', reason: error.message };
    throw error;
  }
}

/** Both sides want something else at one key; caught in `mergeJson`. */
class KeyConflict extends Error {}

/** A merged value: copied from a side, or made of parts of both. */
type Merged =
  | { kind: 'copied'; node: JsonNode }
  | { kind: 'object'; like: JsonNode; members: Array<{ key: string; value: Merged }> }
  | { kind: 'array'; like: JsonNode; items: Merged[] };

const copied = (node: JsonNode): Merged => ({ kind: 'copied', node });

function mergeNodes(base: JsonNode | undefined, ours: JsonNode, theirs: JsonNode, at: string): Merged {
  if (ours.canonical === theirs.canonical || base?.canonical === theirs.canonical) return copied(ours);
  if (base?.canonical === ours.canonical) return copied(theirs);
  if (ours.kind === 'object' && theirs.kind === 'object' && (base === undefined || base.kind === 'object'))
    return mergeObjects(base, ours, theirs, at);
  if (ours.kind === 'array' && theirs.kind === 'array' && base?.kind === 'array') return mergeArrays(base, ours, theirs, at);
  throw new KeyConflict(`Both sides give ${at === '' ? 'the file' : at} another value.`);
}

type ObjectNode = Extract<JsonNode, { kind: 'object' }>;
type ArrayNode = Extract<JsonNode, { kind: 'array' }>;

function mergeObjects(base: ObjectNode | undefined, ours: ObjectNode, theirs: ObjectNode, at: string): Merged {
  const members: Array<{ key: string; value: Merged }> = [];
  for (const { key, value } of ours.members) {
    const before = valueAt(base, key);
    const other = valueAt(theirs, key);
    if (other !== undefined) members.push({ key, value: mergeNodes(before, value, other, `${at}/${key}`) });
    else if (before === undefined) members.push({ key, value: copied(value) });
    else if (before.canonical !== value.canonical) throw new KeyConflict(`One side changed ${at}/${key}, the other removed it.`);
  }
  const alone = theirs.members.every(({ key }) => valueAt(ours, key) === undefined);
  const sorted = isSorted(ours.members.map(({ key }) => key)) && isSorted(theirs.members.map(({ key }) => key));
  theirs.members.forEach(({ key, value }, index) => {
    if (valueAt(ours, key) !== undefined) return;
    const before = valueAt(base, key);
    if (before !== undefined) {
      if (before.canonical !== value.canonical) throw new KeyConflict(`One side changed ${at}/${key}, the other removed it.`);
      return;
    }
    insertMember(members, { key, value: copied(value) }, { sorted, alone, before: theirs.members.slice(0, index).map((member) => member.key) });
  });
  return { kind: 'object', like: ours, members };
}

const valueAt = (node: ObjectNode | undefined, key: string): JsonNode | undefined => node?.members.find((member) => member.key === key)?.value;

function insertMember(
  members: Array<{ key: string; value: Merged }>,
  member: { key: string; value: Merged },
  place: { sorted: boolean; alone: boolean; before: readonly string[] },
): void {
  if (place.alone) {
    members.push(member);
    return;
  }
  const found = place.sorted
    ? members.findIndex(({ key }) => key > member.key)
    : members.findLastIndex(({ key }) => place.before.includes(key) && place.before.lastIndexOf(key) === lastKnown(place.before, members)) + 1;
  members.splice(found < 0 ? members.length : found, 0, member);
}

function lastKnown(before: readonly string[], members: ReadonlyArray<{ key: string }>): number {
  return before.findLastIndex((key) => members.some((member) => member.key === key));
}

const isSorted = (keys: readonly string[]): boolean => keys.length > 1 && keys.every((key, at) => at === 0 || (keys[at - 1] ?? '') <= key);

/** Lists in which the order of entries means nothing; there both sides may append. */
const SETS =
  /(^|\/)(keywords|files|workspaces|include|exclude|lib|types|typeRoots|ignore|ignorePatterns|contributors|allow|deny|browserslist|packages|dependencies|words|recommendations)$/;

function mergeArrays(base: ArrayNode, ours: ArrayNode, theirs: ArrayNode, at: string): Merged {
  const texts = (node: ArrayNode): string[] => node.items.map((item) => item.canonical);
  const items: Merged[] = [];
  for (const stretch of compareThree({ base: texts(base), ours: texts(ours), theirs: texts(theirs) })) {
    if (stretch.kind === 'theirs') items.push(...slice(theirs.items, stretch.theirs).map(copied));
    else if (stretch.kind !== 'conflict') items.push(...slice(ours.items, stretch.ours).map(copied));
    else if (stretch.base.start === stretch.base.end && SETS.test(at)) {
      const mine = slice(ours.items, stretch.ours);
      const known = new Set(mine.map((item) => item.canonical));
      items.push(
        ...mine.map(copied),
        ...slice(theirs.items, stretch.theirs)
          .filter((item) => !known.has(item.canonical))
          .map(copied),
      );
    } else throw new KeyConflict(`Both sides changed the list ${at} at the same place.`);
  }
  const scalars = items.flatMap((item) => (item.kind === 'copied' && item.node.kind === 'scalar' ? [item.node.canonical] : []));
  const grown =
    new Set(scalars).size !== scalars.length &&
    new Set(texts(ours)).size === ours.items.length &&
    new Set(texts(theirs)).size === theirs.items.length;
  if (grown) throw new KeyConflict(`Both sides added the same entry to the list ${at} at different places.`);
  return { kind: 'array', like: ours, items };
}

function indentOf(text: string): string {
  return /^[{[]\r?\n([ \t]+)/.exec(text.replace(/^\ufeff?\s*/, ''))?.[1] ?? '  ';
}

/** `margin`: the indentation of the line that the value starts on. */
function write(value: Merged, margin: string, indent: string): string {
  if (value.kind === 'copied') return value.node.text;
  const { like } = value;
  const inline = !like.text.includes('\n');
  const inner = margin + indent;
  const parts =
    value.kind === 'object'
      ? value.members.map((member) => `${JSON.stringify(member.key)}: ${write(member.value, inner, indent)}`)
      : value.items.map((item) => write(item, inner, indent));
  const [open, close] = value.kind === 'object' ? ['{', '}'] : ['[', ']'];
  if (parts.length === 0) return open + close;
  if (inline && parts.every((part) => !part.includes('\n'))) {
    const space = /^[{[]\s/.test(like.text) ? ' ' : '';
    return `${open}${space}${parts.join(', ')}${space}${close}`;
  }
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${margin}${close}`;
}
