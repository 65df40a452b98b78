/**
 * Text that a database column and JSON can keep: PostgreSQL has no NUL and no half of a surrogate pair, and outside text may
 * carry either. Both become U+FFFD, the sign for what could not be read.
 */
export function toStorableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** The same for every string in a JSON value, keys included. */
export function toStorableJson<T>(value: T): T {
  if (typeof value === 'string') return toStorableText(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => toStorableJson(item)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [toStorableText(key), toStorableJson<unknown>(item)])) as T;
}

/** Control characters, and those that hide text or turn its direction. */
const HIDDEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Makes hidden characters visible as escapes, so that text cannot rewrite the terminal or hide what it says. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
}
