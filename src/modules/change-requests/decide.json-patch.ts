import type { JsonValue } from '#kernel/json.ts';
import { err, ok, type Result } from '#kernel/result.ts';

export interface JsonPatchStep {
  op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  path: string;
  from?: string | undefined;
  value?: unknown;
}

/** RFC 6902 over RFC 6901 pointers. All or nothing: the first step that cannot be done is the answer, as a sentence. */
export function applyJsonPatch(document: JsonValue, patch: readonly JsonPatchStep[]): Result<JsonValue, string> {
  const holder = { root: structuredClone(document) };
  for (const [at, step] of patch.entries()) {
    const failure = applyStep(holder, step);
    if (failure !== null) return err(`Step ${at + 1} (${step.op} ${step.path}): ${failure}`);
  }
  return ok(holder.root);
}

interface Holder {
  root: JsonValue;
}

function applyStep(holder: Holder, step: JsonPatchStep): string | null {
  switch (step.op) {
    case 'add':
      return step.value === undefined ? 'it has no value.' : add(holder, step.path, step.value as JsonValue);
    case 'replace':
      return step.value === undefined ? 'it has no value.' : replace(holder, step.path, step.value as JsonValue);
    case 'remove':
      return remove(holder, step.path);
    case 'test':
      return test(holder, step);
    case 'move':
    case 'copy':
      return transfer(holder, step);
  }
}

function test(holder: Holder, step: JsonPatchStep): string | null {
  const found = read(holder.root, step.path);
  if (!found.ok) return found.error;
  return same(found.value, step.value as JsonValue) ? null : 'the value there is another one.';
}

function transfer(holder: Holder, step: JsonPatchStep): string | null {
  if (step.from === undefined) return 'it has no "from".';
  if (step.op === 'move' && step.path.startsWith(`${step.from}/`)) return 'a value cannot be moved into itself.';
  const found = read(holder.root, step.from);
  if (!found.ok) return found.error;
  const value = structuredClone(found.value);
  if (step.op === 'move') {
    const failure = remove(holder, step.from);
    if (failure !== null) return failure;
  }
  return add(holder, step.path, value);
}

function tokensOf(pointer: string): Result<string[], string> {
  if (pointer === '') return ok([]);
  if (!pointer.startsWith('/')) return err(`"${pointer}" is not a JSON pointer.`);
  if (/~(?![01])/.test(pointer)) return err(`"${pointer}" holds a "~" that escapes nothing.`);
  return ok(
    pointer
      .slice(1)
      .split('/')
      .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~')),
  );
}

type Container = JsonValue[] | { [key: string]: JsonValue };

const isContainer = (value: JsonValue | undefined): value is Container => typeof value === 'object' && value !== null;

function child(parent: Container, token: string): JsonValue | undefined {
  if (!Array.isArray(parent)) return Object.hasOwn(parent, token) ? parent[token] : undefined;
  return /^(0|[1-9]\d*)$/.test(token) ? parent[Number(token)] : undefined;
}

function read(root: JsonValue, pointer: string): Result<JsonValue, string> {
  const tokens = tokensOf(pointer);
  if (!tokens.ok) return tokens;
  let value: JsonValue | undefined = root;
  for (const token of tokens.value) {
    value = isContainer(value) ? child(value, token) : undefined;
    if (value === undefined) return err(`there is nothing at "${pointer}".`);
  }
  return ok(value);
}

/** The container above a pointer and the last token; the pointer must not be the whole document. */
function parentOf(root: JsonValue, pointer: string): Result<{ parent: Container; token: string }, string> {
  const tokens = tokensOf(pointer);
  if (!tokens.ok) return tokens;
  const token = tokens.value.at(-1) ?? '';
  const above = pointer.slice(0, pointer.lastIndexOf('/'));
  const parent = read(root, above);
  if (!parent.ok) return parent;
  return isContainer(parent.value) ? ok({ parent: parent.value, token }) : err(`"${above}" is neither an object nor a list.`);
}

function add(holder: Holder, pointer: string, value: JsonValue): string | null {
  if (pointer === '') {
    holder.root = value;
    return null;
  }
  const found = parentOf(holder.root, pointer);
  if (!found.ok) return found.error;
  const { parent, token } = found.value;
  if (!Array.isArray(parent)) {
    setKey(parent, token, value);
    return null;
  }
  const at = token === '-' ? parent.length : Number(token);
  if (token !== '-' && (!/^(0|[1-9]\d*)$/.test(token) || at > parent.length)) return `"${token}" is not a place in the list.`;
  parent.splice(at, 0, value);
  return null;
}

function replace(holder: Holder, pointer: string, value: JsonValue): string | null {
  if (pointer === '') {
    holder.root = value;
    return null;
  }
  const there = read(holder.root, pointer);
  if (!there.ok) return there.error;
  const found = parentOf(holder.root, pointer);
  if (!found.ok) return found.error;
  const { parent, token } = found.value;
  if (Array.isArray(parent)) parent[Number(token)] = value;
  else setKey(parent, token, value);
  return null;
}

function remove(holder: Holder, pointer: string): string | null {
  if (pointer === '') return 'the whole document cannot be removed.';
  const there = read(holder.root, pointer);
  if (!there.ok) return there.error;
  const found = parentOf(holder.root, pointer);
  if (!found.ok) return found.error;
  const { parent, token } = found.value;
  if (Array.isArray(parent)) parent.splice(Number(token), 1);
  else delete parent[token];
  return null;
}

/** `__proto__` is a key like any other, never the prototype. */
function setKey(parent: { [key: string]: JsonValue }, key: string, value: JsonValue): void {
  Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true });
}

function same(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => same(child(a, key), child(b, key)));
}
