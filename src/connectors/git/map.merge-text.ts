import type { Text } from './map.lines.ts';
import { diffByHistogram, type Hunk } from './map.histogram.ts';

/**
 * Merges one text file as merge-ort does where nothing of it is in doubt: no change of one side touches one of the other, but for
 * the very same change. Null: git must merge, and says whether that is a conflict. The texts are numbered alike.
 */
export function mergeTexts(base: Text, ours: Text, theirs: Text): Buffer | null {
  // git has a rule of its own for a last line without its end.
  if ([base, ours, theirs].some(({ content }) => content.at(-1) !== NEWLINE)) return null;
  const byOurs = diffByHistogram(base.lines, ours.lines);
  const byTheirs = byOurs === null ? null : diffByHistogram(base.lines, theirs.lines);
  if (byOurs === null || byTheirs === null) return null;
  const added = onlyTheirs({ byOurs, left: ours.lines }, { byTheirs, right: theirs.lines });
  return added === null ? null : putInto(ours, theirs, added);
}

const NEWLINE = '\n'.charCodeAt(0);

/** Lines `[at, at + count)` of ours become lines `[otherAt, otherAt + otherCount)` of theirs. */
type Added = Hunk;

/** What theirs changes and ours does not, with the places in ours; null where they touch (`xdl_do_merge` of xmerge.c). */
function onlyTheirs(
  { byOurs, left }: { byOurs: Hunk[]; left: Int32Array },
  { byTheirs, right }: { byTheirs: Hunk[]; right: Int32Array },
): Added[] | null {
  const added: Added[] = [];
  /** By how much a line of the base stands further down in ours. */
  let shift = 0;
  let at = 0;
  for (const theirs of byTheirs) {
    for (let ours = byOurs[at]; ours !== undefined && ours.at + ours.count < theirs.at; ours = byOurs[at]) {
      shift += ours.otherCount - ours.count;
      at += 1;
    }
    const ours = byOurs[at];
    if (ours === undefined || theirs.at + theirs.count < ours.at) added.push({ ...theirs, at: theirs.at + shift });
    else if (isSame(ours, left, theirs, right)) {
      shift += ours.otherCount - ours.count;
      at += 1;
    } else return null;
  }
  return added;
}

function isSame(ours: Hunk, left: Int32Array, theirs: Hunk, right: Int32Array): boolean {
  if (ours.at !== theirs.at || ours.count !== theirs.count || ours.otherCount !== theirs.otherCount) return false;
  for (let line = 0; line < ours.otherCount; line += 1) if (left[ours.otherAt + line] !== right[theirs.otherAt + line]) return false;
  return true;
}

function putInto(ours: Text, theirs: Text, added: readonly Added[]): Buffer {
  const parts: Buffer[] = [];
  const take = ({ content, starts }: Text, at: number, end: number): void => void parts.push(content.subarray(starts[at], starts[end]));
  let done = 0;
  for (const { at, count, otherAt, otherCount } of added) {
    take(ours, done, at);
    take(theirs, otherAt, otherAt + otherCount);
    done = at + count;
  }
  take(ours, done, ours.lines.length);
  return Buffer.concat(parts);
}
