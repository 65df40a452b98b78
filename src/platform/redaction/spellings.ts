import { Buffer } from 'node:buffer';

/** Fragments shorter than this cannot be told from ordinary words. */
export const SHORTEST = 8;
const PART = 12;
/** Labels that many secrets share; a fragment must reach twelve characters past them. */
const LABEL = /^(?:sk-ant-api\d\d-|sk-proj-|sk-|gh[a-z]_|github_pat_|xox[a-z]-|glpat-|hvs\.|reeve_tok_[0-9A-Z]{26}_)/;

/** Everything a secret may look like in text: each way of writing it down, whole, by its lines, and by its ends. */
export function fragmentsOf(secret: string): string[] {
  const whole = pieces(secret).flatMap(spellings);
  return [...new Set([...whole, ...parts(secret).flatMap(spellings)])].filter((fragment) => fragment.length >= SHORTEST);
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
  return [own.slice(0, PART), own.slice(-PART)];
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
