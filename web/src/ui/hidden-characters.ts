export type TextPart = { kind: 'text'; text: string } | { kind: 'hidden'; name: string };

/** Cuts text at characters that are not seen; each is named by its code point, `U+202E`. Emoji keep their joiners and selectors. */
export function splitHidden(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const { at, character } of hiddenAt(text)) {
    if (at > from) parts.push({ kind: 'text', text: text.slice(from, at) });
    parts.push({ kind: 'hidden', name: codePointName(character) });
    from = at + character.length;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}

export const hasHidden = (text: string): boolean => hiddenAt(text).length > 0;

/** The text with those characters written out: for names that are read aloud, where nothing can be marked. */
export const spelledOut = (text: string): string =>
  splitHidden(text)
    .map((part) => (part.kind === 'text' ? part.text : `[${part.name}]`))
    .join('');

function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

// From here on the rule is the server's (src/kernel/hidden-characters.ts): what it counts is what is marked here.

/**
 * Controls (line feeds and tabs too), format characters (zero-width, bidi, tags), private use, unassigned, half surrogates, variation
 * selectors, letters and marks drawn as nothing, and blanks that are no space: what stands between the brackets of a class, mode `u` or `v`.
 */
const HIDES = String.raw`\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Variation_Selector}\u2800\u{1D159}`;

// A picture: with the selector that colours it, with the one that does not, or of a skin; or a few of these, joined. The longest sequences
// there are have four joiners (https://unicode.org/Public/emoji/latest/emoji-zwj-sequences.txt).
const PICTURE = String.raw`[\p{Extended_Pictographic}--\p{Cn}]`;
const ELEMENT = String.raw`${PICTURE}(?:\uFE0F|\p{Emoji_Modifier})?`;
const SCAN = new RegExp(
  String.raw`(?<picture>[0-9#*]\uFE0F\u20E3|${PICTURE}\uFE0E|${ELEMENT}(?:\u200D${ELEMENT}){0,5})|(?![\n\t])[${HIDES}]|(?! )\p{Zs}`,
  'gv',
);
const REAL = new RegExp(String.raw`^\p{RGI_Emoji}$`, 'v');
const UNQUALIFIED = new RegExp(String.raw`[${PICTURE}--\p{Emoji_Presentation}](?![\uFE0F\p{Emoji_Modifier}])`, 'gv');

interface HiddenAt {
  /** Where it begins, in UTF-16 units. */
  at: number;
  character: string;
}

/** Where a text holds what nobody sees. Line feeds and tabs are layout; a joiner or selector is seen as a part of a real emoji only. */
function hiddenAt(text: string): HiddenAt[] {
  const hidden: HiddenAt[] = [];
  for (const found of text.matchAll(SCAN)) {
    if (found.groups?.['picture'] === undefined) hidden.push({ at: found.index, character: found[0] });
    else hidden.push(...strayJoiners(found[0], found.index));
  }
  return hidden;
}

/** Joiners that join nothing the reader would see as one: what looks like a picture may be a chain that carries a message. */
function strayJoiners(picture: string, at: number): HiddenAt[] {
  const parts = picture.split('\u200D');
  const stray: HiddenAt[] = [];
  let [from, end] = [0, at];
  while (from < parts.length) {
    let to = parts.length;
    while (to > from + 1 && !isReal(parts.slice(from, to).join('\u200D'))) to -= 1;
    end += parts.slice(from, to).join('\u200D').length;
    if (to < parts.length) stray.push({ at: end, character: '\u200D' });
    end += 1;
    from = to;
  }
  return stray;
}

/** Some keyboards leave the colouring selector out. */
const isReal = (sequence: string): boolean => REAL.test(sequence) || REAL.test(sequence.replaceAll(UNQUALIFIED, '$&\uFE0F'));
