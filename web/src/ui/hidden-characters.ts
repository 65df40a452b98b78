export type TextPart = { kind: 'text'; text: string } | { kind: 'hidden'; name: string };

// Format, control, unassigned-by-purpose and look-alike blanks: everything that changes what a line says without being seen. Line feeds and tabs
// are layout and stay.
const HIDDEN = new RegExp(
  `(?![\\n\\t])(?:[${[
    String.raw`\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}`,
    // Blanks that are no blank, and fillers.
    String.raw`\u00a0\u034f\u115f\u1160\u17b4\u17b5\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0`,
    // Variation selectors.
    String.raw`\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}`,
  ].join('')}])`,
  'gu',
);

/** Cuts text at characters that are not seen; each is named by its code point, `U+202E`. Emoji keep their joiners and selectors. */
export function splitHidden(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const found of text.matchAll(HIDDEN)) {
    const at = found.index;
    if (isOfEmoji(text, at, found[0])) continue;
    if (at > from) parts.push({ kind: 'text', text: text.slice(from, at) });
    parts.push({ kind: 'hidden', name: codePointName(found[0]) });
    from = at + found[0].length;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}

export const hasHidden = (text: string): boolean => splitHidden(text).some((part) => part.kind === 'hidden');

function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A joiner or variation selector right behind a pictograph is part of the picture. */
function isOfEmoji(text: string, at: number, character: string): boolean {
  if (character !== '\u200d' && character !== '\ufe0f') return false;
  const before = Array.from(text.slice(Math.max(0, at - 4), at)).at(-1) ?? '';
  return /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f|[#*0-9]/u.test(before);
}
