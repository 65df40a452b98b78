import { HIDDEN_CHARACTER, hiddenAt } from './hidden-characters.ts';

/** Characters that are drawn as nothing, turn the direction of text, or speak to a terminal. Pure, linear in the length of the text. */

// ESC [ … letter (CSI) · ESC ] … BEL or ESC \ (OSC, such as hyperlinks and titles) · ESC P, X, ^, _ … ESC \ · any other ESC and its letter;
// the same with the one-byte starts of C1. https://ecma-international.org/publications-and-standards/standards/ecma-48/
const TERMINAL =
  // oxlint-disable-next-line no-control-regex -- these are the characters that are taken out
  /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]|(?:\u001B\]|\u009D)[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)|(?:\u001B[PX^_]|[\u0090\u0098\u009E\u009F])[^\u001B\u009C]*(?:\u001B\\|\u009C)|\u001B[ -/]*[0-Z\\^-~]/g;

/**
 * Controls beside line feed and tab, format characters (zero-width, bidi, tags), private use, unassigned, letters and marks drawn as
 * nothing, and variation selectors other than the two of emoji. The joiner U+200D and the selectors U+FE0E/F are judged by neighbours.
 */
const NOTHING =
  /(?![\n\t\u200D])[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u034F\u115F\u1160\u17B4\u17B5\u2800\u3164\uFFA0\u{1D159}]|(?![\uFE0E\uFE0F])\p{Variation_Selector}/gu;
const MANY_MARKS = /(\p{M}{4})\p{M}+/gu;

/** True when a name holds a character nobody can see, or a space that is none: names are refused and not mended. */
export function hasHiddenCharacters(text: string): boolean {
  return HIDDEN_CHARACTER.test(text);
}

/**
 * Text in which every character can be seen: terminal sequences, zero-width, bidi, tag and private characters are gone, line ends are
 * line feeds, odd spaces are spaces, half surrogates are U+FFFD, heaps of combining marks are cut to four; in Unicode form NFC.
 */
export function withoutHiddenCharacters(text: string): string {
  return stripped(
    stripped(
      text
        .toWellFormed()
        .replaceAll(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
        .replaceAll(TERMINAL, ''),
    ).normalize('NFC'),
  );
}

/** Once before NFC (which looks at neighbours) and once after it. */
function stripped(text: string): string {
  return withoutStrays(text.replaceAll(NOTHING, '').replaceAll(/(?! )\p{Zs}/gu, ' ')).replaceAll(MANY_MARKS, '$1');
}

/** Without joiners and selectors that are part of no picture. */
function withoutStrays(text: string): string {
  if (!/\u200D|\uFE0E|\uFE0F/.test(text)) return text;
  let [kept, from] = ['', 0];
  for (const { at, character } of hiddenAt(text)) {
    kept += text.slice(from, at);
    from = at + character.length;
  }
  return kept + text.slice(from);
}

/** A character reference of HTML (`&#x202E;`, `&ZeroWidthSpace;`) as the character it stands for; null when it is not one we judge. */
export function characterOf(reference: string): string | null {
  const body = reference.slice(1, -1);
  if (!body.startsWith('#')) return Object.hasOwn(NAMED, body) ? (NAMED[body] ?? null) : null;
  const code = /^#x/i.test(body) ? Number.parseInt(body.slice(2), 16) : Number.parseInt(body.slice(1), 10);
  return code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff) ? '\uFFFD' : String.fromCodePoint(code);
}

/** Named references of characters that hide, begin a mention or make a scheme. https://html.spec.whatwg.org/entities.json */
const NAMED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['ZeroWidthSpace', 'NegativeMediumSpace', 'NegativeThickSpace', 'NegativeThinSpace', 'NegativeVeryThinSpace'].map((name) => [name, '\u200B']),
  ),
  zwnj: '\u200C',
  zwj: '\u200D',
  lrm: '\u200E',
  rlm: '\u200F',
  NoBreak: '\u2060',
  ApplyFunction: '\u2061',
  af: '\u2061',
  InvisibleTimes: '\u2062',
  it: '\u2062',
  InvisibleComma: '\u2063',
  ic: '\u2063',
  shy: '\u00AD',
  commat: '@',
  colon: ':',
  Tab: '\t',
  NewLine: '\n',
};
