/** An agent may write as much about itself as it likes; people read a line or two. */
const MOST = 40;
const MOST_LETTERS = 80;

/** `{ loadSession: true, promptCapabilities: { image: true, audio: false } }` -> `loadSession`, `promptCapabilities.image`. */
export function mapCapabilities(stated: Readonly<Record<string, unknown>>): string[] {
  return namesIn(stated, '', 0).slice(0, MOST).toSorted();
}

// Members that start with `_` are extensions (`_meta`), whose insides mean something to their author alone.
function namesIn(stated: Readonly<Record<string, unknown>>, prefix: string, depth: number): string[] {
  return Object.entries(stated).flatMap(([key, value]) => {
    const name = `${prefix}${key}`.slice(0, MOST_LETTERS);
    if (key.startsWith('_') || value === false || value === null || value === undefined) return [];
    if (typeof value !== 'object' || Array.isArray(value)) return [name];
    const inner = depth < 2 ? namesIn(value as Record<string, unknown>, `${name}.`, depth + 1) : [];
    // An empty object is ACP's way to say that it can.
    return Object.keys(value).length === 0 ? [name] : inner;
  });
}

/** Those with an id; one without a name is called by it. */
export function mapAuthMethods(offered: ReadonlyArray<{ id: string; name: string | null } | null>): Array<{ id: string; name: string }> {
  return offered
    .flatMap((method) => (method === null ? [] : [{ id: method.id.slice(0, MOST_LETTERS), name: (method.name ?? method.id).slice(0, MOST_LETTERS) }]))
    .slice(0, MOST);
}
