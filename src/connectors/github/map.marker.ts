import { AppError } from '#kernel/errors.ts';

/** GitHub's limit for the body of an issue, a pull request and a comment, in characters. */
export const MOST_BODY = 65_536;

const HIDDEN = /<!-- [^<>\n\r]+? -->/g;

/** A text with its marker hidden in it as an HTML comment, which GitHub keeps and does not show. AppError invalid `bad_marker`, `body_too_long`. */
export function withMarker(body: string, marker: string): string {
  if (marker === '' || /--|[<>\n\r]/.test(marker))
    throw new AppError('invalid', 'A marker must be one line without "--", "<" and ">".', { code: 'bad_marker' });
  return checkLength(`${body}\n\n${hidden(marker)}`);
}

export function hasMarker(body: string, marker: string): boolean {
  return body.includes(hidden(marker));
}

const hidden = (marker: string): string => `<!-- ${marker} -->`;

/** A new text for a body whose markers stay where they were not written anew: at its end. */
export function keepMarkers(body: string, before: string): string {
  const tail = /(?:<!-- [^<>\n\r]+? -->\s*)+$/.exec(before)?.[0] ?? '';
  const kept = (tail.match(HIDDEN) ?? []).filter((marker) => !body.includes(marker));
  return checkLength(kept.length === 0 ? body : `${body}\n\n${kept.join('\n')}`);
}

function checkLength(body: string): string {
  if (body.length <= MOST_BODY) return body;
  throw new AppError('invalid', `The text has ${body.length} characters; GitHub takes ${MOST_BODY}.`, { code: 'body_too_long' });
}
