/** Where Markdown is certainly code. Pure, linear in the length of the text. */

export interface Segment {
  code: boolean;
  text: string;
}

/** A fence wherever it may stand: in a list, a quote, behind blanks. */
const ANY_FENCE = /^[ \t>*+\-\d.)]*(`{3,}|~{3,})/;
const OPENER = /^(`{3,}|~{3,})([^\n]*)$/;

/**
 * Cuts text into code and the rest. Only what every reader of CommonMark takes for code counts: fences at the left edge that are closed,
 * outside of HTML, and spans between single backticks that pair up in each line. At the first doubt nothing is code, so text that looks
 * like code to us and like a link or an image to a renderer cannot be made.
 */
export function segmentsOf(text: string): Segment[] {
  const blocks = blocksOf(text);
  return blocks === null ? [{ code: false, text }] : blocks.flatMap((block) => (block.code ? [block] : spansOf(block.text)));
}

/** Fenced blocks, with their line ends; null at a doubt. */
function blocksOf(text: string): Segment[] | null {
  const blocks: Segment[] = [];
  let from = 0;
  let open: { fence: string; at: number } | null = null;
  let html = false;
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\n', at);
    const next = end === -1 ? text.length : end + 1;
    const line = text.slice(at, end === -1 ? text.length : end);
    if (open === null) {
      if (ANY_FENCE.test(line)) {
        const opener = OPENER.exec(line);
        if (opener === null || html || (line.startsWith('`') && (opener[2] ?? '').includes('`'))) return null;
        open = { fence: opener[1] ?? '', at };
        blocks.push({ code: false, text: text.slice(from, at) });
      } else html = line.trim() !== '' && (html || line.includes('<'));
    } else if (closes(line, open.fence)) {
      blocks.push({ code: true, text: text.slice(open.at, next) });
      from = next;
      open = null;
      html = false;
    }
    at = next;
  }
  if (open !== null) return null;
  blocks.push({ code: false, text: text.slice(from) });
  return blocks.filter((block) => block.text !== '');
}

function closes(line: string, fence: string): boolean {
  const body = line.replace(/^ {0,3}/, '').trimEnd();
  return body.length >= fence.length && body === fence.charAt(0).repeat(body.length);
}

// Tags without attributes that we let stand; they hold no backtick.
const PLAIN_TAG = /<\/?(?:details|summary|br|kbd|sub|sup)>/gi;

/** Spans between single backticks, when all lines pair up; else the text as one piece. */
function spansOf(text: string): Segment[] {
  const plain = { code: false, text };
  if (!text.includes('`') || text.includes('``') || text.includes('\\`')) return [plain];
  const segments: Segment[] = [];
  for (const line of text.split(/(?<=\n)/)) {
    const pieces = line.split('`');
    if (pieces.length % 2 === 0) return [plain];
    const outside = pieces.filter((_, index) => index % 2 === 0).join('');
    if (outside.replaceAll(PLAIN_TAG, '').includes('<')) return [plain];
    // A table cuts its cells before it looks for code.
    if (pieces.length === 1 || line.includes('|')) segments.push({ code: false, text: line });
    else segments.push(...pieces.map((piece, index) => (index % 2 === 0 ? { code: false, text: piece } : { code: true, text: `\`${piece}\`` })));
  }
  return joined(segments);
}

/** Neighbours of one kind as one, so that what spans lines (comments, links) is seen whole. */
function joined(segments: readonly Segment[]): Segment[] {
  const result: { code: boolean; parts: string[] }[] = [];
  for (const { code, text } of segments) {
    const last = result.at(-1);
    if (last !== undefined && last.code === code) last.parts.push(text);
    else result.push({ code, parts: [text] });
  }
  return result.map(({ code, parts }) => ({ code, text: parts.join('') })).filter(({ text }) => text !== '');
}
