import { hasHiddenCharacters } from './sanitize.characters.ts';

// A ref is a file for git: room for the folder before it, within 255 bytes.
const MOST_CHARACTERS = 200;

/**
 * Whether a branch (or a tag) may be called so: the rules of git-check-ref-format(1) with `--branch`, and none of the characters nobody can
 * see, with which it could look like another. What begins with a dash would be an option.
 */
export function isBranchName(name: string): boolean {
  if (name === '' || name.length > MOST_CHARACTERS || name === '@' || name === 'HEAD' || name.startsWith('-') || name.endsWith('.')) return false;
  if (/[\s~^:?*[\\]|\.\.|@\{/.test(name) || hasHiddenCharacters(name)) return false;
  return name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}
