/** A stream of numbers that the seed alone determines. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  below(limit: number): number;
  shuffle<T>(items: readonly T[]): T[];
  /** `count` of the items, in random order; all of them when there are fewer. */
  sample<T>(items: readonly T[], count: number): T[];
  /** Exponentially distributed with the given mean. */
  exponential(mean: number): number;
}

/** Mulberry32: 32 bits of state, good enough for sampling and the same on every machine. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const shuffle = <T>(items: readonly T[]): T[] => {
    const left = [...items];
    const shuffled: T[] = [];
    while (left.length > 0) shuffled.push(...left.splice(below(left.length), 1));
    return shuffled;
  };
  return {
    next,
    below,
    shuffle,
    sample: (items, count) => shuffle(items).slice(0, count),
    exponential: (mean) => -Math.log(1 - next()) * mean,
  };
}

/** A seed of its own for each part of a run, so that leaving one part out changes no other. */
export function seedOf(seed: number, ...names: ReadonlyArray<string | number>): number {
  let hash = (2_166_136_261 ^ seed) >>> 0;
  for (const char of names.join('\u001f')) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16_777_619) >>> 0;
  return hash;
}
