import { AppError } from '#kernel/errors.ts';
import type { Mirror } from '#ports/git.ts';
import { GitFailure, type GitClient } from './client.ts';
import { parseNameStatus, parseNumstat } from './map.ts';

export type HistoryMembers = Pick<Mirror, 'mergeBase' | 'isAncestor' | 'log' | 'diffNames' | 'diffStat' | 'diffText' | 'compareAndSwap'>;

// Plain diffs: no external program, no text conversion, whatever attributes or configuration say.
const PLAIN = ['--no-ext-diff', '--no-textconv', '--ignore-submodules=none'];
const SEPARATOR = '\u001f';

/** Relations between commits, differences between trees, and moving refs. */
export function createHistory(client: GitClient, gitDir: string): HistoryMembers {
  return {
    async mergeBase(a, b) {
      const { code, stdout } = await client.run(['merge-base', a, b], { gitDir, okCodes: [0, 1] });
      return code === 0 ? stdout.toString('latin1').trim() : null;
    },

    async isAncestor(ancestor, descendant) {
      return (await client.run(['merge-base', '--is-ancestor', ancestor, descendant], { gitDir, okCodes: [0, 1] })).code === 0;
    },

    async log(from, to, limit) {
      const range = from === null ? [to] : [to, `^${from}`];
      const text = await client.text(
        ['log', '--no-show-signature', `--max-count=${limit}`, `--format=%H${SEPARATOR}%ct${SEPARATOR}%s`, ...range, '--'],
        { gitDir },
      );
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const [commit = '', at = '0', ...subject] = line.split(SEPARATOR);
          return { commit, atUnixS: Number(at), subject: subject.join(SEPARATOR) };
        });
    },

    async diffNames(from, to) {
      return parseNameStatus((await client.run(['diff-tree', '-r', '-z', '-M', '--name-status', ...PLAIN, from, to, '--'], { gitDir })).stdout);
    },

    // `minimal`: counts that depend on where a heuristic stopped would differ between two places of the same change.
    async diffStat(from, to) {
      return parseNumstat(
        (await client.run(['diff-tree', '-r', '-z', '--numstat', '-M', '--diff-algorithm=minimal', ...PLAIN, from, to, '--'], { gitDir })).stdout,
      );
    },

    async diffText(from, to, maxBytes) {
      const { stdout } = await client.run(['diff-tree', '-r', '-M', '-p', '--full-index', ...PLAIN, from, to, '--'], { gitDir, maxBytes });
      return stdout.subarray(0, maxBytes).toString('utf8');
    },

    async compareAndSwap(ref, expected, to) {
      const zero = '0'.repeat((expected ?? to ?? '').length || 40);
      const args =
        to === null ? ['update-ref', '-d', ref, expected ?? zero] : ['update-ref', '--no-deref', '--create-reflog', ref, to, expected ?? zero];
      const { code, stderr } = await client.run(args, { gitDir, okCodes: [0, 1, 128] });
      if (code === 0) return true;
      // git's words for "it is not what you said"; anything else is a fault of its own.
      if (/ is at [0-9a-f]{40,64} but expected |reference already exists|reference is missing but expected|unable to resolve reference/.test(stderr))
        return false;
      if (/cannot create '|exists; cannot create|there are still refs under/.test(stderr)) {
        throw new AppError('conflict', `The ref ${ref} collides with the name of another ref.`, {
          code: 'ref_name_conflict',
          hint: 'Choose another branch name.',
        });
      }
      throw new GitFailure('update-ref', code, stderr);
    },
  };
}
