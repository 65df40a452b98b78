/** Links, images and definitions of Markdown. Pure, linear in the length of the text. */
import { characterOf } from './sanitize.characters.ts';

const SCHEMES = new Set(['http', 'https', 'mailto']);
const REFERENCE = /&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,24});/gi;

/**
 * True when a target may be followed: http, https, mailto, or a path without a scheme; no name or password before the host
 * (`https://known.example@other.example`). Spellings that browsers undo (character references, backslashes, blanks) are undone first.
 */
export function isAllowedTarget(written: string): boolean {
  const target = written
    .replaceAll(REFERENCE, (reference) => characterOf(reference) ?? reference)
    .replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')
    // oxlint-disable-next-line no-control-regex -- these are the characters that are taken out
    .replaceAll(/[\u0000-\u0020\u007F]+/g, '');
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(target)?.[1]?.toLowerCase();
  if (scheme !== undefined && !SCHEMES.has(scheme)) return false;
  const authority = /^(?:https?:)?[/\\]{2,}([^/?#\\]*)/i.exec(target)?.[1];
  return authority === undefined || !authority.includes('@');
}

interface Target {
  text: string;
  /** Index behind it. */
  end: number;
}

const BLANKS = /[ \t]*\n?[ \t]*/y;

function afterBlanks(text: string, at: number): number {
  BLANKS.lastIndex = at;
  return at + (BLANKS.exec(text)?.[0].length ?? 0);
}

/** The target at an index; null when none can stand there. One that holds `](` is left to the inner link, so each character is read once. */
function targetAt(text: string, at: number): Target | null {
  if (text[at] === '<') {
    for (let end = at + 1; end < text.length; end += 1) {
      const character = text[end];
      if (character === '>') return { text: text.slice(at, end + 1), end: end + 1 };
      if (character === '\n' || character === '<' || text.startsWith('](', end)) return null;
    }
    return null;
  }
  let depth = 0;
  let end = at;
  for (; end < text.length; end += 1) {
    const character = text.charAt(end);
    if (character <= ' ') break;
    if (text.startsWith('](', end)) return null;
    if (character === '\\') end += 1;
    else if (character === '(') depth += 1;
    else if (character === ')' && depth === 0) break;
    else if (character === ')') depth -= 1;
  }
  return depth === 0 ? { text: text.slice(at, end), end: Math.min(end, text.length) } : null;
}

const TITLE = { '"': /"(?:[^"\\]|\\[^])*"/y, "'": /'(?:[^'\\]|\\[^])*'/y, '(': /\((?:[^()\\]|\\[^])*\)/y } as const;

/** Index behind a title, -1 when there is none or it does not end. */
function titleEnd(text: string, at: number): number {
  const opening = text[at];
  if (opening !== '"' && opening !== "'" && opening !== '(') return -1;
  const pattern = TITLE[opening];
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/**
 * Links keep their label and target. A target that may not be followed, or that cannot be read, is parted from its label by a blank and
 * stands there as text; titles (seen only by who hovers) are dropped.
 */
export function withSafeLinks(text: string): string {
  if (!text.includes('](')) return text;
  const parts: string[] = [];
  let copied = 0;
  for (let at = text.indexOf(']('); at !== -1; at = text.indexOf('](', Math.max(at + 2, copied))) {
    const begin = afterBlanks(text, at + 2);
    const target = targetAt(text, begin);
    const tail = target === null ? 0 : afterBlanks(text, target.end);
    if (target !== null && isAllowedTarget(unwrapped(target.text))) {
      const title = tail > target.end ? titleEnd(text, tail) : -1;
      const close = title === -1 ? tail : afterBlanks(text, title);
      if (text[close] === ')') {
        parts.push(text.slice(copied, at), `](${target.text})`);
        copied = close + 1;
        continue;
      }
    }
    parts.push(text.slice(copied, at), '] (');
    copied = at + 2;
  }
  return parts.join('') + text.slice(copied);
}

const unwrapped = (target: string): string => (target.startsWith('<') ? target.slice(1, -1) : target);

const LABEL = /\[([^[\]]{1,999})\](?!:)/g;
const DEFINITION = /^([ \t>*+\-\d.)]*)\[([^[\]]{1,999})\]:/gm;
const label = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().toLowerCase();

/**
 * Definitions (`[name]: target "title"`) are never drawn, which makes them a place to hide text. They stay where their name is used and
 * nothing but an allowed target follows; all others get a blank before the colon and are text.
 */
export function withSafeDefinitions(text: string): string {
  if (!text.includes(']:')) return text;
  const used = new Set([...text.matchAll(LABEL)].map((match) => label(match[1] ?? '')));
  return text.replaceAll(DEFINITION, (whole, before: string, name: string, at: number) =>
    used.has(label(name)) && isPlainDefinition(text, at + whole.length, name) ? whole : `${before}[${name}] :`,
  );
}

function isPlainDefinition(text: string, at: number, name: string): boolean {
  if (name.startsWith('^')) return true;
  const target = targetAt(text, afterBlanks(text, at));
  if (target === null || target.text === '' || !isAllowedTarget(unwrapped(target.text))) return false;
  const lineEnd = text.indexOf('\n', target.end);
  const rest = text.slice(target.end, lineEnd === -1 ? undefined : lineEnd);
  return rest.trim() === '' && !['"', "'", '('].includes(text.charAt(afterBlanks(text, target.end)));
}

/** Every image becomes a link: nothing is fetched until somebody follows it. */
export function withoutImages(text: string): string {
  return /\](?:\(|\[|:)/.test(text) ? text.replaceAll(/!+\[/g, '[image: ') : text;
}

const LINK = /\[([^[\]\n]{1,300})\]\(<?(https?:\/\/[^\s()<>]{1,2000})>?\)(?: \(([^\s()]{1,253})\))?/gi;

/** Links of images, and those whose label is an address of another host, say where they lead. */
export function withShownHosts(text: string): string {
  return text.replaceAll(LINK, (whole, shown: string, target: string, said: string | undefined) => {
    const host = hostOf(target);
    if (said === host) return whole;
    const claimed = /(?:https?:\/\/|\bwww\.)[^\s/]+/i.exec(shown)?.[0];
    const lies = claimed !== undefined && hostOf(claimed.replace(/^www\./i, 'https://www.')) !== host;
    if (!lies && !shown.startsWith('image: ')) return whole;
    const end = said === undefined ? whole.length : whole.length - said.length - 3;
    return `${whole.slice(0, end)} (${host})${whole.slice(end)}`;
  });
}

const hostOf = (url: string): string => (/^https?:[/\\]*([^/?#\\]*)/i.exec(url)?.[1] ?? '').toLowerCase().slice(0, 253) || 'no host';
