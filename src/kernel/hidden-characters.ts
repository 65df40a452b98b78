/**
 * Which characters of a text nobody can see. Pure. The console asks the same of what it draws (web/src/ui/hidden-characters.ts): what is
 * counted here is what is marked there, which test/hidden-characters.test.ts holds them to.
 */

/**
 * Controls (line feeds and tabs too), format characters (zero-width, bidi, tags), private use, unassigned, half surrogates, variation
 * selectors, letters and marks drawn as nothing, and blanks that are no space: what stands between the brackets of a class, mode `u` or `v`.
 */
const HIDES = String.raw`\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Variation_Selector}\u2800\u{1D159}`;

/** One character that hides, wherever it stands. */
export const HIDDEN_CHARACTER = new RegExp(`[${HIDES}]|(?! )\\p{Zs}`, 'u');

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

export interface HiddenAt {
  /** Where it begins, in UTF-16 units. */
  at: number;
  character: string;
}

/** Where a text holds what nobody sees. Line feeds and tabs are layout; a joiner or selector is seen as a part of a real emoji only. */
export function hiddenAt(text: string): HiddenAt[] {
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
