import type { Finding, NamedFinding } from './model.ts';

/**
 * Names the findings of a review beside those of the reviews before it: one that the reviewer says still stands (or says again in the same words of
 * the same file) keeps its name, a new one gets the next, and one that is not said again is settled. When the answer could not be
 * read, nothing is known of what stood before, so it stays as it was.
 */
export function decideRound(before: readonly NamedFinding[], answer: { parsed: boolean; findings: readonly Finding[] }): NamedFinding[] {
  if (!answer.parsed) return [...before];
  const found = new Map<string, NamedFinding>();
  let count = Math.max(0, ...before.map(({ key }) => Number(key.slice(1)) || 0));
  for (const { stands, ...finding } of answer.findings) {
    const known = before.find((one) => !found.has(one.key) && (one.key === stands || (stands === null && isSame(one, finding))));
    count += known === undefined ? 1 : 0;
    const key = known?.key ?? `F${count}`;
    found.set(key, { ...finding, key, state: 'open' });
  }
  const settled = before.filter(({ key }) => !found.has(key)).map((one): NamedFinding => ({ ...one, state: 'settled' }));
  return [...settled, ...found.values()].toSorted((a, b) => Number(a.key.slice(1)) - Number(b.key.slice(1)));
}

/** Lines move with every push; words of a reviewer that says the same hardly do. */
function isSame(before: NamedFinding, now: Omit<Finding, 'stands'>): boolean {
  return before.path === now.path && plain(before.what) === plain(now.what);
}

const plain = (words: string): string =>
  words
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** What the next review is told of the last one: each open finding with its name. */
export function tellFindings(findings: readonly NamedFinding[]): string {
  return findings
    .filter(({ state }) => state === 'open')
    .map(
      ({ key, severity, path, line, what }) => `${key} (${severity}${path === null ? '' : `, ${path}${line === null ? '' : `:${line}`}`}): ${what}`,
    )
    .join('\n');
}
