import type { Mirror } from '#ports/git.ts';
import type { GitClient } from './client.ts';
import { createDiffer, PLAIN } from './mirror.diff.ts';
import type { Lineage } from './mirror.lineage.ts';
import type { ObjectMembers, ReadCommit } from './mirror.objects.ts';

export type HistoryMembers = Pick<Mirror, 'mergeBase' | 'isAncestor' | 'log' | 'diffNames' | 'diffStat' | 'diffText'>;

const SEPARATOR = '\u001f';

/** Relations between commits, and differences between trees. */
export function createHistory(
  client: GitClient,
  gitDir: string,
  objects: ObjectMembers & { lineage: Lineage; readCommit: ReadCommit },
): HistoryMembers {
  const differ = createDiffer(client, gitDir);
  return {
    async mergeBase(a, b) {
      const { code, stdout } = await client.run(['merge-base', a, b], { gitDir, okCodes: [0, 1] });
      return code === 0 ? stdout.toString('latin1').trim() : null;
    },

    async isAncestor(ancestor, descendant) {
      const known = objects.lineage.isAncestor(ancestor, descendant);
      if (known !== null) return known;
      return (await client.run(['merge-base', '--is-ancestor', ancestor, descendant], { gitDir, okCodes: [0, 1] })).code === 0;
    },

    async log(from, to, limit) {
      const single = from === null && limit === 1 ? await objects.readCommit(to) : null;
      if (single !== null) return [single];
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
      const [before, after] = await Promise.all([objects.treeOf(from), objects.treeOf(to)]);
      return before === after ? [] : differ.names(before, after);
    },

    async diffStat(from, to) {
      const [before, after] = await Promise.all([objects.treeOf(from), objects.treeOf(to)]);
      return before === after ? [] : differ.lines(before, after);
    },

    async diffText(from, to, maxBytes) {
      const { stdout } = await client.run(['diff-tree', '-r', '-M', '-p', '--full-index', ...PLAIN, from, to, '--'], { gitDir, maxBytes });
      return stdout.subarray(0, maxBytes).toString('utf8');
    },
  };
}
