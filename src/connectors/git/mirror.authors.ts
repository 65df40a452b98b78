import type { Mirror } from '#ports/git.ts';
import type { GitClient } from './client.ts';
import { nameFromBytes, splitNul } from './map.ts';

/** Begins the line that names a commit; no path begins with it. */
const MARK = 0x1e;
const FIELD = '\u001f';
/** More paths than this make the command line long, and who knows the first ones knows the change. */
const MOST_PATHS = 200;

/** Who wrote what, in one process. Names and addresses come from commits: they are their authors' own word. */
export function createAuthors(client: GitClient, gitDir: string): Pick<Mirror, 'authors'> {
  return {
    async authors(to, paths, limit) {
      const asked = paths.filter((path) => path.isWellFormed() && path !== '').slice(0, MOST_PATHS);
      if (asked.length === 0) return [];
      const format = '--format=%x1e%H%x1f%at%x1f%aN%x1f%aE%x1f%(trailers:key=Co-authored-by,valueonly,separator=%x1f)';
      const args = ['--literal-pathspecs', 'log', '-z', '--no-show-signature', '--no-merges', '--no-renames', '--name-only'];
      return parseAuthors((await client.run([...args, `--max-count=${limit}`, format, to, '--', ...asked], { gitDir })).stdout);
    },
  };
}

/** `\x1e<id>\x1f<time>\x1f<name>\x1f<address>[\x1f<co-author>…]\0\n<path>\0<path>\0` for each commit. */
function parseAuthors(output: Uint8Array): Awaited<ReturnType<Mirror['authors']>> {
  const commits: Awaited<ReturnType<Mirror['authors']>> = [];
  for (const part of splitNul(output)) {
    const bytes = part[0] === 0x0a ? part.subarray(1) : part;
    if (bytes[0] === MARK) {
      const fields = Buffer.from(bytes.subarray(1)).toString('utf8').split(FIELD);
      const [commit = '', at = '0', name = '', email = '', ...others] = fields.map((field) => field.trim());
      commits.push({ commit, atUnixS: Number(at), authors: [{ name, email }, ...others.flatMap(toAuthor)], paths: [] });
    } else if (bytes.length > 0) commits.at(-1)?.paths.push(nameFromBytes(bytes));
  }
  return commits;
}

/** `Name <address>`. */
function toAuthor(text: string): Array<{ name: string; email: string }> {
  const open = text.lastIndexOf('<');
  return open < 0 || !text.endsWith('>') ? [] : [{ name: text.slice(0, open).trim(), email: text.slice(open + 1, -1) }];
}
