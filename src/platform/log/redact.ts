import { Buffer } from 'node:buffer';

/** Replaces secrets by `[redacted]` wherever they appear. One per process; everything that leaves goes through it. */
export interface Redactor {
  /**
   * From now on `secret` is hidden in every spelling we know: raw, base64 and base64url at any alignment, URL-encoded,
   * JSON-escaped (once and twice), HTML-escaped, hexadecimal, and the first and last 12 characters of long ones. Secrets
   * shorter than six characters are ignored: hiding them would blank out ordinary words.
   */
  register(secret: string): void;
  redact(text: string): string;
}

const MASK = '[redacted]';
// Fragments are found by their first six characters; shorter ones cannot be told from ordinary words.
const SHORTEST = 6;
const PART = 12;
/** Labels that many secrets share; a fragment must reach twelve characters past them. */
const LABEL = /^(?:sk-ant-api\d\d-|sk-proj-|sk-|gh[a-z]_|github_pat_|xox[a-z]-|glpat-|reeve_tok_[0-9A-Z]{26}_)/;

/** By their first six characters, then by length, longest first: thousands of secrets cost a few look-ups a position. */
type Fragments = Map<string, { length: number; texts: Set<string> }[]>;

export function createRedactor(): Redactor {
  const fragments: Fragments = new Map();
  // A 64 Ki bit field over the first two characters: most positions of a log line are dismissed by one look.
  const starts = new Uint8Array(1 << 16);
  const seen = new Set<string>();

  function add(fragment: string): void {
    if (fragment.length < SHORTEST) return;
    const head = fragment.slice(0, SHORTEST);
    let byLength = fragments.get(head);
    if (byLength === undefined) fragments.set(head, (byLength = []));
    let same = byLength.find(({ length }) => length === fragment.length);
    if (same === undefined) {
      byLength.push((same = { length: fragment.length, texts: new Set() }));
      byLength.sort((left, right) => right.length - left.length);
    }
    same.texts.add(fragment);
    starts[slot(fragment, 0)] = 1;
  }

  return {
    register(secret) {
      if (secret.length < SHORTEST || seen.has(secret)) return;
      seen.add(secret);
      for (const piece of pieces(secret)) for (const spelling of spellings(piece)) add(spelling);
      for (const part of parts(secret)) add(part);
    },
    redact: (text) => (fragments.size === 0 ? text : replace(text, fragments, starts)),
  };
}

function slot(text: string, at: number): number {
  return ((text.charCodeAt(at) * 31) ^ text.charCodeAt(at + 1)) & 0xffff;
}

function replace(text: string, fragments: Fragments, starts: Uint8Array): string {
  let clean = '';
  let copied = 0;
  for (let at = 0; at + SHORTEST <= text.length;) {
    const length = starts[slot(text, at)] === 1 ? hitAt(text, at, fragments) : 0;
    if (length === 0) {
      at += 1;
    } else {
      clean += text.slice(copied, at) + MASK;
      at += length;
      copied = at;
    }
  }
  return copied === 0 ? text : clean + text.slice(copied);
}

/** Length of the longest fragment that begins at a position, or 0. */
function hitAt(text: string, at: number, fragments: Fragments): number {
  const byLength = fragments.get(text.slice(at, at + SHORTEST));
  return byLength?.find(({ length, texts }) => texts.has(text.slice(at, at + length)))?.length ?? 0;
}

/** The whole secret, and of a key over several lines each line, as logs cut at line ends. */
function pieces(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= 16 && !line.startsWith('-----'));
  return secret.includes('\n') ? [secret, ...lines] : [secret];
}

/** Cut secrets: the beginning and the end of a long one, without the label its kind shares. */
function parts(secret: string): string[] {
  const label = LABEL.exec(secret)?.[0] ?? '';
  const own = secret.slice(label.length);
  if (own.length < 2 * PART || secret.includes('\n')) return [];
  return [own.slice(0, PART), own.slice(-PART)].flatMap((part) => [part, ...transported(part)]);
}

function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const hex = bytes.toString('hex');
  return [secret, ...transported(secret), hex, hex.toUpperCase(), ...base64At(bytes, 0), ...base64At(bytes, 1), ...base64At(bytes, 2)];
}

/** Spellings that change only some characters: JSON, URL, HTML. */
function transported(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const url = encodeURIComponent(text);
  const strict = url.replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams([['', text]]).toString().slice(1);
  const html = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  return [json, JSON.stringify(json).slice(1, -1), url, strict, form, lowerEscapes(url), lowerEscapes(strict), html, html.replaceAll("'", '&#39;')];
}

const lowerEscapes = (url: string): string => url.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());

/**
 * What base64 looks like when the secret begins `offset` bytes into a group of three (`user:secret`): the characters
 * that also depend on the neighbours are left out.
 */
function base64At(bytes: Buffer, offset: 0 | 1 | 2): string[] {
  const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
  const whole = shifted.toString('base64').replace(/=+$/, '');
  const from = [0, 2, 3][offset] ?? 0;
  const until = shifted.length % 3 === 0 ? whole.length : whole.length - 1;
  const sure = whole.slice(from, until);
  return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')];
}
