/** What people ask for, as the names that an entry says (the function `ledger_names` of the database makes the same). */

/** A person is named by handle and by id; either may stand in an entry. */
export const personNames = (handle: string, id: string | null): string[] => [`person:${handle}`, ...(id === null ? [] : [id])];

/** A pull request is named by its id, and by its place on the forge. */
export const pullNames = (id: string, place: { forge: string; repository: string; number: number } | null): string[] => [
  id,
  ...(place === null ? [] : [`${place.forge}:${place.repository}#${place.number}`.toLowerCase()]),
];

/** `fable`, or one of its versions: `fable@2026-11`. */
export const modelName = (model: string): string => `model:${model}`;

/** The kinds that fit any of the patterns, in which `*` stands for any characters; case does not count. */
export function kindsLike(patterns: readonly string[], kinds: readonly string[]): string[] {
  const parts = patterns.map((pattern) => pattern.toLowerCase().split('*'));
  return kinds.filter((kind) => parts.some((pieces) => fits(pieces, kind.toLowerCase())));
}

/** Linear in both: a pattern comes from outside. */
function fits(pieces: readonly string[], text: string): boolean {
  const [first = '', ...rest] = pieces;
  const last = rest.at(-1);
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of rest.slice(0, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= text.length - last.length;
}
