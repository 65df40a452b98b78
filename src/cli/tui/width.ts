import stringWidth from 'string-width';

/** So many different clusters are remembered; a screen has a few hundred. */
const MOST = 4096;
const known = new Map<string, number>();

/**
 * Places that one grapheme cluster takes, by its East Asian width and as an emoji: 0 for marks that stand alone. Terminals differ about some;
 * what is written says after each of those where the next letter stands.
 */
export function clusterWidth(cluster: string): number {
  const before = known.get(cluster);
  if (before !== undefined) return before;
  const width = stringWidth(cluster, { countAnsiEscapeCodes: true });
  if (known.size >= MOST) known.clear();
  known.set(cluster, width);
  return width;
}
