/** How often each line occurs; a text that is not there has none. */
export function countLines(text: string | null): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of text === null ? [] : text.split('\n')) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

export const timesOf = (counts: ReadonlyMap<string, number>, line: string): number => counts.get(line) ?? 0;
