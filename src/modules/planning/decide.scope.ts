import { namedPathsOf } from '#kernel/markdown.ts';
import { namedPaths, scopeOfPaths } from './decide.paths.ts';

export { globsOverlap, scopesOverlap } from '#kernel/glob-overlap.ts';

const ANYTHING = ['**'];

/** Before a path: it is to be left alone, or an example of what is meant. */
const NOT_THE_WORK =
  /(?:\b(?:not|never|without|except|besides|leave|keep|like|see|unlike|instead of|similar to|same as|as in)|n['’]t)\s+(?:\S+\s+){0,2}[`"'([]*$/i;

/** Work on tests is within the scope of what they test; what refers back ("make it fast") is about the same path, documents of it are not. */
const ABOUT_THE_SAME = /\btest(?:s|ed)?\b|\bcover\b|^(?!.*\b(?:document|describe|mention|log)\b).*\b(?:it|its|there|them)\b/i;

/** A document stands alone: nothing has to be hooked up for one that is yet to be written. */
const isNewDocument = ({ glob, exists }: { glob: string; exists: boolean }): boolean => !exists && /\.(?:md|mdx|rst)$/i.test(glob);

/**
 * What a request that is one task may touch. When it names exactly one path and the repository has it, or it is a document: that file or folder, with
 * its tests. Anything (`**`) when it names none or several, when the path is named as an example or to be left alone, or when
 * one of `orders`, the pieces of work in the text, names no path and is about something else: a guess too narrow would fail the work.
 */
export function scopeOfWhole(text: string, orders: readonly string[], repoFiles: readonly string[]): string[] {
  const [only, ...others] = namedPaths(text, repoFiles);
  if (only === undefined || others.length > 0 || !(only.exists || isNewDocument(only))) return ANYTHING;
  const names = new Set([...namedPathsOf(text), only.glob.replace(/\/\*\*$/, '')]);
  const mentions = [...names].flatMap((name) => mentionsOf(text, name));
  if (mentions.length > 0 && mentions.every((before) => NOT_THE_WORK.test(before))) return ANYTHING;
  const elsewhere = orders.some((order) => namedPaths(order, repoFiles).length === 0 && !ABOUT_THE_SAME.test(order));
  return elsewhere ? ANYTHING : scopeOfPaths([only.glob], repoFiles);
}

/** What stands before each mention of a name, back to the last stop. */
function mentionsOf(text: string, name: string): string[] {
  const parts = text.split(name);
  return parts.slice(0, -1).map((before) => before.slice(-200).replace(/^[\s\S]*[.;,:!?\n]/, ''));
}
