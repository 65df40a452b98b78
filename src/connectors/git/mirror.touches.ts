import type { Mirror } from '#ports/git.ts';
import type { GitClient } from './client.ts';
import { nameFromBytes, splitNul } from './map.ts';

/** Ends the line that names a commit; no path begins with it. */
const MARK = 0x1e;

/** What a whole branch or all branches say, in one process each. */
export function createTouches(client: GitClient, gitDir: string): Pick<Mirror, 'touches' | 'sourceBranches'> {
  return {
    async sourceBranches() {
      const text = await client.text(['for-each-ref', '--format=%(objectname) %(refname:lstrip=3)', 'refs/remotes/source'], { gitDir });
      const lines = text.split('\n').filter((line) => line !== '');
      return new Map(lines.map((line) => [line.slice(line.indexOf(' ') + 1), line.slice(0, line.indexOf(' '))]));
    },

    // Which files each commit touched.
    async touches(to, limit) {
      const format = '--format=%x1e%H %ct';
      const args = ['log', '-z', '--no-show-signature', '--no-merges', '--no-renames', '--name-only', `--max-count=${limit}`, format, to, '--'];
      return parseTouches((await client.run(args, { gitDir })).stdout);
    },
  };
}

/** `\x1e<id> <time>\0\n<path>\0<path>\0` for each commit; one without files has no more than its line. */
function parseTouches(output: Uint8Array): Awaited<ReturnType<Mirror['touches']>> {
  const touches: Awaited<ReturnType<Mirror['touches']>> = [];
  for (const part of splitNul(output)) {
    const bytes = part[0] === 0x0a ? part.subarray(1) : part;
    if (bytes[0] === MARK) {
      const [commit = '', at = '0'] = Buffer.from(bytes.subarray(1)).toString('latin1').trim().split(' ');
      touches.push({ commit, atUnixS: Number(at), paths: [] });
    } else if (bytes.length > 0) touches.at(-1)?.paths.push(nameFromBytes(bytes));
  }
  return touches;
}
