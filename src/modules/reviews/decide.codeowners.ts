/**
 * Who owns which files, as GitHub reads a CODEOWNERS file: patterns as in .gitignore, without negation (`!`), escapes of `#` and ranges
 * (`[ ]`); the last pattern that matches a file decides, and one without owners takes its files away from everybody; case counts; what
 * stands after a `#` is a comment; a line that cannot be read is skipped, and so is a file of 3 MB and more.
 * https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
 */
export interface CodeownersRule {
  /** As written. */
  pattern: string;
  /** `@login`, `@org/team` or an address, as written; empty: these files belong to nobody. */
  owners: string[];
}

/** GitHub looks for the file at these places, and takes the first that is there. */
export const CODEOWNERS_PATHS: readonly string[] = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];

const MOST_CHARACTERS = 3 * 1024 * 1024;
const OWNER = /^(?:@[A-Za-z0-9][A-Za-z0-9_-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)?|[^\s@]+@[^\s@]+)$/;

export function parseCodeowners(text: string): CodeownersRule[] {
  if (text.length >= MOST_CHARACTERS) return [];
  return text.split(/\r\n|\r|\n/).flatMap((line) => {
    const [pattern, ...owners] = wordsOf(line);
    if (pattern === undefined || !isPattern(pattern) || !owners.every((owner) => OWNER.test(owner))) return [];
    return [{ pattern, owners }];
  });
}

/** Words of a line up to its comment; `\ ` is a blank inside of a word. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  let word = '';
  for (let at = 0; at < line.length; at += 1) {
    const char = line.charAt(at);
    if (char === '#') break;
    if (char === '\\' && /\s/.test(line.charAt(at + 1))) {
      word += line.charAt(at + 1);
      at += 1;
    } else if (/\s/.test(char)) {
      if (word !== '') words.push(word);
      word = '';
    } else word += char;
  }
  return word === '' ? words : [...words, word];
}

const isPattern = (pattern: string): boolean => !pattern.startsWith('!') && !/[[\]\\]/.test(pattern);

/** The rule that decides about a file; null: no rule speaks of it. */
export function ruleFor(rules: readonly CodeownersRule[], path: string): CodeownersRule | null {
  return rules.findLast(({ pattern }) => matches(pattern, path)) ?? null;
}

/**
 * A pattern with a slash before its end counts from the root, any other at every depth; one that names a folder means all that is below it,
 * but `docs/*` means the files of docs alone.
 */
function matches(pattern: string, path: string): boolean {
  const isFolder = pattern.endsWith('/');
  const clean = pattern.replace(/^\/+|\/+$/g, '');
  if (clean === '') return false;
  const isAnchored = pattern.startsWith('/') || clean.includes('/');
  const wanted = [...(isAnchored ? [] : ['**']), ...clean.split('/')];
  const isFilesOnly = !isFolder && wanted.length > 1 && isAnchored && wanted.at(-1) === '*';
  const parts = path.split('/');
  // A folder is named by a beginning of the path; the file itself only by a pattern that is not of folders.
  for (let end = parts.length; end > 0; end -= 1) {
    if (isFolder && end === parts.length) continue;
    if (matchesParts(wanted, parts.slice(0, end))) return true;
    if (isFilesOnly) return false;
  }
  return false;
}

/** Row by row: no pattern takes longer than its length times the path's. */
function matchesParts(wanted: readonly string[], parts: readonly string[]): boolean {
  let reached = parts.map(() => false);
  reached = [true, ...reached];
  for (const part of wanted) {
    const next = reached.map(() => false);
    for (let at = 0; at <= parts.length; at += 1) {
      if (part === '**') next[at] = reached[at] === true || next[at - 1] === true;
      else if (at > 0) next[at] = reached[at - 1] === true && matchesName(part, parts[at - 1] ?? '');
    }
    reached = next;
  }
  return reached[parts.length] === true;
}

/** `*` any characters of one name, `?` one; going back to the last star alone keeps it quadratic at worst. */
function matchesName(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let wanted = 0;
  while (at < name.length) {
    if (pattern[wanted] === '*') {
      star = wanted;
      resume = at;
      wanted += 1;
    } else if (wanted < pattern.length && (pattern[wanted] === '?' || pattern[wanted] === name[at])) {
      wanted += 1;
      at += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      wanted = star + 1;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(wanted));
}
