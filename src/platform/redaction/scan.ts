export const MASK = '[redacted]';
/** Fragments are found by their first characters. */
const HEAD = 6;

/** By their first six characters, then by length, longest first: thousands of secrets cost a few look-ups a position. */
type Fragments = Map<string, { length: number; texts: Set<string> }[]>;

/** What `redact` and `stream` look things up in. */
export interface Index {
  fragments: Fragments;
  /** A bit for each hash of four first characters (512 KiB): most positions of a log line are dismissed by one look, with 10,000 secrets too. */
  starts: Uint8Array;
  /** Every proper beginning of a fragment up to the head, for the end of a piece. */
  beginnings: Set<string>;
  words: Set<string>;
  longest: number;
}

export function createIndex(): Index {
  return { fragments: new Map(), starts: new Uint8Array(1 << 19), beginnings: new Set(), words: new Set(), longest: 0 };
}

export function add(index: Index, fragment: string): void {
  const head = fragment.slice(0, HEAD);
  let byLength = index.fragments.get(head);
  if (byLength === undefined) index.fragments.set(head, (byLength = []));
  let same = byLength.find(({ length }) => length === fragment.length);
  if (same === undefined) {
    byLength.push((same = { length: fragment.length, texts: new Set() }));
    byLength.sort((left, right) => right.length - left.length);
  }
  same.texts.add(fragment);
  const bit = slot(fragment, 0);
  index.starts[bit >>> 3] = (index.starts[bit >>> 3] ?? 0) | (1 << (bit & 7));
  for (let length = 1; length <= HEAD; length += 1) index.beginnings.add(fragment.slice(0, length));
  index.longest = Math.max(index.longest, fragment.length);
}

function slot(text: string, at: number): number {
  const near = Math.imul(text.charCodeAt(at), 0x9e3779b1) ^ Math.imul(text.charCodeAt(at + 1), 0x85ebca6b);
  const far = Math.imul(text.charCodeAt(at + 2), 0xc2b2ae35) ^ Math.imul(text.charCodeAt(at + 3), 0x27d4eb2f);
  return (near ^ far) >>> 10;
}

function mayStart(text: string, at: number, { starts }: Index): boolean {
  const bit = slot(text, at);
  return ((starts[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0;
}

/**
 * Text with its fragments masked. When more is to come (`final` false), it ends before the first position at which a fragment may have
 * begun whose end is still missing: `rest` is from there.
 */
export function scan(text: string, index: Index, final: boolean): { clean: string; rest: string } {
  let clean = '';
  let copied = 0;
  let at = 0;
  const last = final ? text.length - HEAD + 1 : text.length;
  while (at < last) {
    if (!final && mayBegin(text, at, index)) break;
    const length = mayStart(text, at, index) ? hitAt(text, at, index.fragments) : 0;
    if (length === 0) {
      at += 1;
    } else {
      clean += text.slice(copied, at) + MASK;
      at += length;
      copied = at;
    }
  }
  if (final) return { clean: copied === 0 ? text : clean + text.slice(copied), rest: '' };
  return { clean: clean + text.slice(copied, at), rest: text.slice(at) };
}

/** Whether what is left of a piece is the beginning of a longer fragment. */
function mayBegin(text: string, at: number, index: Index): boolean {
  const left = text.length - at;
  if (left >= index.longest) return false;
  const head = text.slice(at, at + HEAD);
  if (!index.beginnings.has(head)) return false;
  if (left < HEAD) return true;
  const tail = text.slice(at);
  return (index.fragments.get(head) ?? []).some(({ length, texts }) => length > left && [...texts].some((fragment) => fragment.startsWith(tail)));
}

/** Length of the longest fragment that begins at a position, or 0. */
function hitAt(text: string, at: number, fragments: Fragments): number {
  const byLength = fragments.get(text.slice(at, at + HEAD));
  return byLength?.find(({ length, texts }) => texts.has(text.slice(at, at + length)))?.length ?? 0;
}

export function replaceWords(text: string, words: ReadonlySet<string>): string {
  if (words.size === 0) return text;
  return text.replaceAll(/\w{4,}/g, (word) => (word.length < 8 && words.has(word) ? MASK : word));
}
