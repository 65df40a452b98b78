const MOST_OF_GIVEN = 80;

/** Edit distance with swaps of neighbours (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) row.push(cell(rows, row, { a, b, i, j }));
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}

function cell(rows: number[][], row: number[], at: { a: string; b: string; i: number; j: number }): number {
  const { a, b, i, j } = at;
  const get = (r: number, c: number): number => rows[r]?.[c] ?? 0;
  const cost = a[i - 1] === b[j - 1] ? 0 : 1;
  const best = Math.min(get(i - 1, j) + 1, (row[j - 1] ?? 0) + 1, get(i - 1, j - 1) + cost);
  const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
  return swapped ? Math.min(best, get(i - 2, j - 2) + 1) : best;
}

/** The known name a person most likely meant, or null when none is near (a third of its letters, at least two, may differ). */
export function nearestName(given: string, known: readonly string[]): string | null {
  // Longer than any name of ours, and what a stranger sends costs no more than this.
  const wanted = given.slice(0, MOST_OF_GIVEN).toLowerCase();
  let best: { name: string; distance: number } | null = null;
  for (const name of known) {
    const far = distance(wanted, name.toLowerCase());
    if (best === null || far < best.distance) best = { name, distance: far };
  }
  return best !== null && best.distance <= Math.max(2, Math.floor(best.name.length / 3)) ? best.name : null;
}

/** `Did you mean "x"?`, or the given sentence when nothing is near. */
export function suggestion(given: string, known: readonly string[], otherwise: string): string {
  const name = nearestName(given, known);
  return name === null ? otherwise : `Did you mean "${name}"?`;
}
