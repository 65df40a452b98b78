import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Both halves of V8's space for new objects. Measured over the demo: 8 MB cost no processor time against the 64 MB it grows to by itself. */
const NURSERY_BYTES = 8 * 1024 * 1024;
/** Some ten megabytes: several times what fills the space at its last size, because the collector works beside us. */
const MOST_ROUNDS = 1000;

/**
 * Holds V8's space for new objects at 8 MB for the rest of the process (or less, where V8 gives some of it back by itself): an idle server is then some 40 MB smaller, and 100 MB
 * after the demo. The option for it (--max-semi-space-size) counts only on the command line of Node, which nobody should
 * have to know by heart. So it is grown here and then told to stay; a space that is larger already stays as it is.
 */
export function keepNurserySmall(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
  // It grows after a collection that left more alive than fits: so these are held until it has.
  const alive: object[][] = [];
  while (nurseryBytes() < NURSERY_BYTES && alive.length < MOST_ROUNDS) alive.push(Array.from({ length: 1000 }, (_, at) => ({ at })));
  setFlagsFromString('--semi-space-growth-factor=1');
}

function nurseryBytes(): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? 0;
}
