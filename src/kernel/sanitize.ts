import { withoutHiddenCharacters } from './sanitize.characters.ts';
import { segmentsOf } from './sanitize.code.ts';
import { hasClosedFolds, withoutHiddenReferences, withoutHtml } from './sanitize.html.ts';
import { withSafeDefinitions, withSafeLinks, withShownHosts, withoutImages } from './sanitize.links.ts';

export { hasHiddenCharacters } from './sanitize.characters.ts';
export { isAllowedTarget } from './sanitize.links.ts';

/**
 * What a text is for. `markdown`: bodies and comments a forge renders · `plain`: text of several lines that nobody renders (commit
 * messages, chat texts before the chat's own escapes, mail) · `line`: one line (titles, labels, names of checks).
 */
export type TextKind = 'markdown' | 'plain' | 'line';

export interface SanitizeOptions {
  /** Most UTF-16 units of the result, at least 200; what is cut is counted in its last line. */
  limit?: number;
}

/** GitHub refuses longer bodies and titles; https://github.com/orgs/community/discussions/27190 */
const LIMITS: Readonly<Record<TextKind, number>> = { markdown: 65_536, plain: 65_536, line: 256 };
/** A text that names more people than this is a mention bomb; the first ones are still told. */
const MOST_PEOPLE = 10;
const MOST_PASSES = 6;

/**
 * THE sanitizer: every text that leaves passes it. What is left is what people see: no hidden characters, no HTML comments or tags that
 * hide or load anything, no link titles, no images that call home, no targets beside http, https and mailto, no mentions of everybody,
 * no terminal sequences, and no more than the limit. Never throws, takes time linear in the length, and a second pass changes nothing.
 * A hidden marker of our own is added by the connector afterwards.
 */
export function sanitizeText(text: string, kind: TextKind, options: SanitizeOptions = {}): string {
  const limit = Math.max(200, options.limit ?? LIMITS[kind]);
  // Far beyond the limit nothing is looked at: nobody shall make us work on what is cut anyway.
  let before = text.length > 4 * limit ? shortened(text, 4 * limit, kind) : text;
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const after = sanitizedOnce(before, kind, limit);
    if (after === before) return after;
    before = after;
  }
  return withoutMarkup(before, limit);
}

function sanitizedOnce(text: string, kind: TextKind, limit: number): string {
  const clean = withoutHiddenCharacters(text);
  if (kind === 'line') return shortened(withQuietMentions([{ code: false, text: clean.replaceAll(/\s+/g, ' ').trim() }]), limit, kind);
  if (kind === 'plain') return shortened(withQuietMentions([{ code: false, text: clean }]), limit, kind);
  const folds = hasClosedFolds(clean);
  const segments = segmentsOf(withShortFenceLines(clean)).map(({ code, text: part }) => ({
    code,
    text: code ? part : withSafeMarkdown(part, folds),
  }));
  return shortened(withQuietMentions(segments), limit, kind);
}

function withSafeMarkdown(text: string, folds: boolean): string {
  const visible = withoutHiddenReferences(withoutHtml(text, folds));
  const linked = withShownHosts(withSafeLinks(withSafeDefinitions(withoutImages(visible))));
  // Formulas that draw nothing, or draw in the colour of the page.
  return linked.replaceAll(/(?<!\\)\\(?=(?:[hv]?phantom|color|textcolor|href|unicode|style|class|cssId)\b)/g, '\\\\');
}

/** Only the first word behind a fence is drawn or used. */
function withShortFenceLines(text: string): string {
  return text.replaceAll(/^([ \t>]*(?:`{3,}|~{3,})[ \t]*[^\s`~]{0,40})[ \t]+[^`\n]+$/gm, '$1');
}

const EVERYBODY = /(?<![\w.+-])@(?=(?:everyone|here|channel|team|all|group)\b)/gi;
const CHAT_COMMAND = /<!(?=(?:here|channel|everyone|subteam|group))/gi;
const TEAM = /(?<![\w.+/-])@(?=[a-z\d][a-z\d-]{0,38}\/[\w.-])/gi;
const PERSON = /(?<![\w.+/-])@(?=([a-z\d][\w-]{0,38}))/gi;

/** A blank behind the sign keeps the words and wakes nobody. Code wakes nobody either, beside mentions of everybody. */
function withQuietMentions(segments: readonly { code: boolean; text: string }[]): string {
  const named = new Set<string>();
  return segments
    .map(({ code, text }) => {
      if (!text.includes('@') && !text.includes('<!')) return text;
      const quiet = text.replaceAll(EVERYBODY, '@ ').replaceAll(CHAT_COMMAND, '<! ');
      if (code) return quiet;
      return quiet.replaceAll(TEAM, '@ ').replaceAll(PERSON, (sign, name: string) => {
        if (named.size < MOST_PEOPLE) named.add(name.toLowerCase());
        return named.has(name.toLowerCase()) ? sign : '@ ';
      });
    })
    .join('');
}

/** Text of strangers inside a sentence or list of ours: one line, nobody is notified, no HTML, no code. */
export function quotedText(text: string, most = 200): string {
  const line = withoutHiddenCharacters(text.slice(0, 20 * most))
    .replaceAll(/\s+/g, ' ')
    .replaceAll('<', '&lt;')
    .replaceAll(/@(?=\w)/g, '@ ')
    .replaceAll('`', "'")
    .trim();
  return line.length > most ? `${line.slice(0, most - 1).trimEnd()}…` : line;
}

function shortened(text: string, limit: number, kind: TextKind): string {
  if (text.length <= limit) return text;
  const notice = (left: number) => (kind === 'line' ? '…' : `\n\n[shortened: ${left} more characters are not shown]`);
  let end = limit - notice(text.length).length;
  if (/[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end -= 1;
  return `${text.slice(0, end).trimEnd()}${notice(text.length - end)}`;
}

const MARKUP: Readonly<Record<string, string>> = { '<': '(', '[': '(', ']': ')', '`': "'", '~': '-', '&': '+', '\\': '/', '@': '(at)' };

/** For text built so that each pass uncovers something new: nothing that means anything to a renderer is left. */
function withoutMarkup(text: string, limit: number): string {
  const bare = text.replaceAll(/[<[\]`~&\\@]/g, (sign) => MARKUP[sign] ?? '');
  return withoutHiddenCharacters(bare).slice(0, limit).toWellFormed();
}
