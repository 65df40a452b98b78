import type { Line } from './text.ts';

/**
 * Remembers the rows made of a thing at one width. Things are replaced and never changed, and the screen is drawn every second: a long diff is
 * broken into rows once.
 */
export function remembered<T extends object>(make: (thing: T, width: number) => Line[]): (thing: T, width: number) => Line[] {
  const known = new WeakMap<T, { width: number; lines: Line[] }>();
  return (thing, width) => {
    const before = known.get(thing);
    if (before?.width === width) return before.lines;
    const lines = make(thing, width);
    known.set(thing, { width, lines });
    return lines;
  };
}
