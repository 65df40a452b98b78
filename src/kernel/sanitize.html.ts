/** HTML inside Markdown. Pure, linear in the length of the text. */
import { characterOf, hasHiddenCharacters } from './sanitize.characters.ts';

/** What may stand: tags without attributes that fold or set text, and addresses between angle brackets. */
const TAG = /<(?:\/?(?:details|summary|kbd|sub|sup)|br ?\/?)>/iy;
const ADDRESS = /<(?:https?:\/\/[^\s<>|@]+|mailto:[^\s<>|:]+|[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+)>/iy;
/** After one of these a renderer may see a tag, a declaration, or (in chat) a mention. */
const STARTS = /[a-z/!?@#]/i;

/**
 * Comments are taken out, every other tag is shown as text. `<details>` folds text without hiding it, and stays where it is closed.
 */
export function withoutHtml(text: string, folds: boolean): string {
  if (!text.includes('<')) return text;
  const parts: string[] = [];
  let copied = 0;
  let noEnd = false;
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at)) {
    if (!noEnd && text.startsWith('<!--', at)) {
      // `<!-->` is a whole comment as well: the end may begin inside the start.
      const end = text.indexOf('-->', at + 2);
      noEnd = end === -1;
      if (!noEnd) {
        parts.push(text.slice(copied, at));
        at = end + 3;
        copied = at;
        continue;
      }
    }
    const stays = lengthOf(TAG, text, at, folds) || lengthOf(ADDRESS, text, at, true);
    if (stays === 0 && STARTS.test(text.charAt(at + 1))) {
      parts.push(text.slice(copied, at), '&lt;');
      copied = at + 1;
    }
    at += Math.max(stays, 1);
  }
  return parts.join('') + text.slice(copied);
}

/** True when every fold of the whole text is closed: an open one would swallow what follows. */
export function hasClosedFolds(text: string): boolean {
  return (text.match(/<details>/gi)?.length ?? 0) === (text.match(/<\/details>/gi)?.length ?? 0);
}

function lengthOf(pattern: RegExp, text: string, at: number, folds: boolean): number {
  pattern.lastIndex = at;
  const found = pattern.exec(text)?.[0] ?? '';
  return !folds && /^<\/?details/i.test(found) ? 0 : found.length;
}

/** `&#x202E;`, `&zwj;` and `&commat;` stay what they look like: text. */
export function withoutHiddenReferences(text: string): string {
  return text.replaceAll(/&(?=((?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,24});))/gi, (found, body: string) => {
    const character = characterOf(`&${body}`);
    const hides =
      character !== null &&
      (character === '@' || character === '\uFFFD' || (character !== '\n' && character !== '\t' && hasHiddenCharacters(character)));
    return hides && character !== '\u00A0' ? '&amp;' : found;
  });
}
