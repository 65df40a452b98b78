/** A JSON value with the text it is written as. `canonical` is equal for equal values (the order of keys counts for nothing). */
export type JsonNode = { start: number; end: number; text: string; canonical: string } & (
  | { kind: 'scalar' }
  | { kind: 'array'; items: JsonNode[] }
  | { kind: 'object'; members: Array<{ key: string; value: JsonNode }> }
);

class NotJson extends Error {}

// Deeper than any configuration; keeps hostile nesting from exhausting the stack.
const MOST_DEPTH = 200;
const SPACE = /[ \t\r\n]*/y;
// Control characters are not allowed in a string unescaped.
// oxlint-disable-next-line no-control-regex
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/** Strict JSON (a byte order mark is allowed); null when it is not, or when an object names a key twice. */
export function parseJson(text: string): JsonNode | null {
  try {
    const at = skip(text, text.startsWith('\ufeff') ? 1 : 0);
    const node = readValue(text, at, 0);
    return skip(text, node.end) === text.length ? node : null;
  } catch (error) {
    if (error instanceof NotJson) return null;
    throw error;
  }
}

function skip(text: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.exec(text);
  return SPACE.lastIndex;
}

function readScalar(text: string, at: number): JsonNode {
  SCALAR.lastIndex = at;
  const found = SCALAR.exec(text)?.[0];
  if (found === undefined) throw new NotJson();
  // Numbers stay as written: 1.0 and 1 are told apart rather than guessed equal.
  const canonical = found.startsWith('"') ? JSON.stringify(JSON.parse(found)) : found;
  return { kind: 'scalar', start: at, end: at + found.length, text: found, canonical };
}

function readValue(text: string, at: number, depth: number): JsonNode {
  if (depth > MOST_DEPTH) throw new NotJson();
  if (text[at] === '[') return readArray(text, at, depth);
  return text[at] === '{' ? readObject(text, at, depth) : readScalar(text, at);
}

function readArray(text: string, start: number, depth: number): JsonNode {
  const items: JsonNode[] = [];
  const end = readList(text, start, ']', (at) => {
    const item = readValue(text, at, depth + 1);
    items.push(item);
    return item.end;
  });
  return { kind: 'array', items, start, end, text: text.slice(start, end), canonical: `[${items.map((item) => item.canonical).join(',')}]` };
}

function readObject(text: string, start: number, depth: number): JsonNode {
  const members: Array<{ key: string; value: JsonNode }> = [];
  const end = readList(text, start, '}', (at) => {
    const name = readScalar(text, at);
    const colon = skip(text, name.end);
    if (!name.text.startsWith('"') || text[colon] !== ':') throw new NotJson();
    const key = JSON.parse(name.text) as string;
    if (members.some((member) => member.key === key)) throw new NotJson();
    const value = readValue(text, skip(text, colon + 1), depth + 1);
    members.push({ key, value });
    return value.end;
  });
  const sorted = members.map(({ key, value }) => `${JSON.stringify(key)}:${value.canonical}`).toSorted();
  return { kind: 'object', members, start, end, text: text.slice(start, end), canonical: `{${sorted.join(',')}}` };
}

/** Reads what stands between the brackets, separated by commas; answers where the closing bracket ends. */
function readList(text: string, start: number, close: string, read: (at: number) => number): number {
  let at = skip(text, start + 1);
  if (text[at] === close) return at + 1;
  for (;;) {
    at = skip(text, read(at));
    if (text[at] === close) return at + 1;
    if (text[at] !== ',') throw new NotJson();
    at = skip(text, at + 1);
  }
}
