/**
 * Globs of file scopes: `**` any folders, `*` anything within one name, `?` one character, `{a,b}` alternatives. A pattern
 * that ends in `/` means everything below; one without wildcards means that file or everything below that folder. Case
 * matters, as it does in git. One implementation, so that planner, agents and merge queue agree on what "in scope" is.
 */
export function matchesGlob(path: string, pattern: string): boolean {
  return compileGlob(pattern).test(path);
}

/** True when at least one pattern matches. */
export function matchesAnyGlob(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matchesGlob(path, pattern));
}

/** The same for many paths: each pattern is read once. */
export function globMatcher(patterns: readonly string[]): (path: string) => boolean {
  const compiled = patterns.map(compileGlob);
  return (path) => compiled.some((pattern) => pattern.test(path));
}

function compileGlob(pattern: string): RegExp {
  const clean = pattern.replace(/^\.\//, '');
  const body = clean.endsWith('/') ? `${clean}**` : clean;
  const literal = !/[*?{]/.test(body);
  return new RegExp(`^${translate(body)}${literal ? '(?:/.*)?' : ''}$`, 's');
}

function translate(glob: string): string {
  let out = '';
  let depth = 0;
  for (let at = 0; at < glob.length; at += 1) {
    const rest = glob.slice(at);
    const wild = WILDCARDS.find(([token]) => rest.startsWith(token));
    const char = glob.charAt(at);
    if (wild !== undefined) {
      out += wild[1];
      at += wild[0].length - 1;
    } else if (char === '{' && rest.includes('}')) {
      depth += 1;
      out += '(?:';
    } else if (char === '}' && depth > 0) {
      depth -= 1;
      out += ')';
    } else {
      out += char === ',' && depth > 0 ? '|' : char.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
    }
  }
  return out + ')'.repeat(depth);
}

// Longest first: `**/` also stands for no folder at all.
const WILDCARDS: ReadonlyArray<readonly [string, string]> = [
  ['**/', '(?:.*/)?'],
  ['**', '.*'],
  ['*', '[^/]*'],
  ['?', '[^/]'],
];
