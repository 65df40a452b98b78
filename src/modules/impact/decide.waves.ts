/** Key -> keys it waits for. */
export type Waits = ReadonlyMap<string, readonly string[]>;

/** Whether `from` waits for `to`, directly or not. */
export function reaches(waits: Waits, from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [...(waits.get(from) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === to) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(waits.get(next) ?? []));
  }
  return false;
}

/** Keys so that each stands behind all it waits for, otherwise as given; what waits for itself in a circle comes last and is named. */
export function orderOf(keys: readonly string[], waits: Waits): { keys: string[]; cycle: string[] } {
  const done: string[] = [];
  const left = new Set(keys);
  for (;;) {
    const next = [...left].find((key) => (waits.get(key) ?? []).every((on) => !left.has(on)));
    if (next === undefined) break;
    left.delete(next);
    done.push(next);
  }
  return { keys: [...done, ...left], cycle: [...left].filter((key) => reaches(waits, key, key)) };
}

/** What may run at the same time: wave by wave, each task as early as what it waits for allows. Keys in dependency order, no circle. */
export function wavesOf(keys: readonly string[], waits: Waits): string[][] {
  const level = new Map<string, number>();
  const waves: string[][] = [];
  for (const key of keys) {
    const at = Math.max(0, ...(waits.get(key) ?? []).map((on) => (level.get(on) ?? -1) + 1));
    level.set(key, at);
    (waves[at] ??= []).push(key);
  }
  return waves;
}
