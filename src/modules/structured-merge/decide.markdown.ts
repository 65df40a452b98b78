/**
 * Whether both sides' lines may stand one after the other in a Markdown file: items of one list, rows of one table, or whole
 * sections with headings of their own.
 */
export function refuseMarkdown(ours: readonly string[], theirs: readonly string[]): string | null {
  const kinds = [kindOf(ours), kindOf(theirs)];
  if (kinds[0] === null || kinds[0] !== kinds[1])
    return 'Both sides inserted text at the same place that is neither list items, table rows nor sections.';
  const mine = new Set(titlesOf(ours));
  return titlesOf(theirs).some((title) => mine.has(title)) ? 'Both sides inserted the same entry.' : null;
}

const ITEM = /^\s*([-*+]|\d+[.)])\s/;
const ROW = /^\s*\|.*\|\s*$/;
const HEADING = /^#{1,6}\s/;

function kindOf(lines: readonly string[]): 'items' | 'rows' | 'sections' | null {
  const written = lines.filter((line) => line.trim() !== '');
  const [first] = written;
  if (first === undefined) return null;
  if (written.every((line) => ROW.test(line))) return 'rows';
  // What is indented below an item belongs to it.
  if (ITEM.test(first) && written.every((line) => ITEM.test(line) || /^\s{2,}/.test(line))) return 'items';
  return HEADING.test(first) ? 'sections' : null;
}

function titlesOf(lines: readonly string[]): string[] {
  return lines.filter((line) => ITEM.test(line) || ROW.test(line) || HEADING.test(line)).map((line) => line.trim().replace(/^\d+[.)]\s+/, ''));
}
