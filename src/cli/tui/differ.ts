import type { Cell, Frame } from './frame.ts';
import { PLAIN, withoutColour, type Style } from './style.ts';

const ESC = '\u001b[';
/** Terminals that know it show everything in between at once; others ignore it. */
const BEGIN = `${ESC}?2026h`;
const END = `${ESC}?2026l`;

/** Between two changed places of a row, so many unchanged ones are written again: fewer bytes than moving the cursor. */
const MOST_GAP = 5;

/** Letters about whose width all terminals agree. After others it is said again where the next one stands. */
const AGREED = /^[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u03ff\u0400-\u052f\u2010-\u2027\u2190-\u21ff\u2500-\u25ff]$/;

/**
 * What brings a terminal that shows `before` (null: anything) to show `after`: only the places that changed, in one piece, never a cleared
 * screen. Empty: nothing changed.
 */
export function difference(before: Frame | null, after: Frame, colours: boolean): string {
  const known = before !== null && before.cols === after.cols && before.rows === after.rows ? before : null;
  let out = '';
  let style: Style | null = null;
  for (let y = 0; y < after.rows; y += 1) {
    const now = after.cells[y] ?? [];
    for (const [from, to] of changedRuns(known?.cells[y] ?? null, now)) {
      let placed = false;
      for (let x = from; x < to; x += 1) {
        const cell = now[x];
        if (cell === undefined || cell.width === 0) continue;
        if (!placed) out += `${ESC}${y + 1};${x + 1}H`;
        const wanted = colours ? cell.style : withoutColour(cell.style);
        if (wanted !== style) out += `${ESC}0${wanted === PLAIN ? '' : `;${wanted}`}m`;
        style = wanted;
        out += cell.text;
        placed = AGREED.test(cell.text);
      }
    }
  }
  const cursor = cursorOf(known, after, out !== '');
  if (out === '' && cursor === '') return '';
  // Left plain: whatever a terminal does between two frames, it does not do it in our colours.
  return `${BEGIN}${out}${style === null || style === PLAIN ? '' : `${ESC}0m`}${cursor}${END}`;
}

function cursorOf(before: Frame | null, { cursor }: Frame, wrote: boolean): string {
  const was = before?.cursor ?? null;
  if (cursor === null) return before !== null && was === null ? '' : `${ESC}?25l`;
  if (!wrote && was?.x === cursor.x && was.y === cursor.y) return '';
  return `${ESC}${cursor.y + 1};${cursor.x + 1}H${ESC}?25h`;
}

const isSame = (one: Cell | undefined, other: Cell | undefined): boolean =>
  one !== undefined && other !== undefined && one.text === other.text && one.style === other.style && one.width === other.width;

/** Half-open ranges of a row that are written: what changed, wide letters whole, short gaps filled. */
function changedRuns(before: readonly Cell[] | null, now: readonly Cell[]): Array<[number, number]> {
  if (before === null) return [[0, now.length]];
  const runs: Array<[number, number]> = [];
  for (let x = 0; x < now.length; x += 1) {
    if (isSame(before[x], now[x])) continue;
    const from = now[x]?.width === 0 ? x - 1 : x;
    const to = now[x]?.width === 2 ? x + 2 : x + 1;
    const last = runs.at(-1);
    if (last !== undefined && from - last[1] <= MOST_GAP) last[1] = Math.max(last[1], to);
    else runs.push([from, to]);
  }
  return runs;
}
