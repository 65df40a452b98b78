import type { Mirror } from '#ports/git.ts';
import type { GitClient } from './client.ts';
import { createDiffer, PLAIN } from './mirror.diff.ts';
import { isFullId, relateByLine, type Commits } from './mirror.commits.ts';
import { createFacts } from './mirror.facts.ts';
import type { Lineage } from './mirror.lineage.ts';
import type { CountLines, ObjectMembers } from './mirror.objects.ts';

export type HistoryMembers = Pick<Mirror, 'mergeBase' | 'isAncestor' | 'log' | 'diffNames' | 'diffStat' | 'diffText'>;

const SEPARATOR = '\u001f';

/** Beyond this git is asked, which walks faster than we do. */
const MOST_WALKED = 100;

/** Relations between commits, and differences between trees. */
export function createHistory(
  client: GitClient,
  gitDir: string,
  objects: ObjectMembers & { lineage: Lineage; commits: Commits; countLines: CountLines },
): HistoryMembers {
  const { commits, lineage } = objects;
  const differ = createDiffer(client, gitDir);
  const isAncestorByGit = createFacts(async (ancestor, descendant) => {
    const { code } = await client.run(['merge-base', '--is-ancestor', ancestor, descendant], { gitDir, okCodes: [0, 1] });
    return code === 0;
  });
  const mergeBaseByGit = createFacts(async (a, b) => {
    const { code, stdout } = await client.run(['merge-base', a, b], { gitDir, okCodes: [0, 1] });
    return code === 0 ? stdout.toString('latin1').trim() : null;
  });

  /** For what is near each other no process has to be started. */
  const relate = async (a: string, b: string): ReturnType<typeof relateByLine> =>
    isFullId(a) && isFullId(b) ? relateByLine(commits, a, b, MOST_WALKED) : null;

  async function logLine(from: string | null, to: string, limit: number) {
    if (!isFullId(to)) return null;
    const ids = from !== null ? (await relate(from, to))?.above : limit === 1 ? [to] : undefined;
    if (ids === undefined) return null;
    const lines = await Promise.all(ids.slice(0, limit).map((id) => commits.line(id)));
    const told = lines.filter((one) => one !== null);
    return told.length === lines.length ? told : null;
  }

  return {
    mergeBase: async (a, b) => (await relate(a, b))?.meet ?? mergeBaseByGit(a, b),

    async isAncestor(ancestor, descendant) {
      const near = await relate(ancestor, descendant);
      if (near !== null) return near.meet === ancestor;
      const known = lineage.isAncestor(ancestor, descendant);
      if (known !== null) return known;
      const foot = lineage.foot(descendant, ancestor);
      return foot === ancestor || isAncestorByGit(ancestor, foot);
    },

    async log(from, to, limit, only) {
      const near = only === undefined ? await logLine(from, to, limit) : null;
      if (near !== null) return near;
      const range = from === null ? [to] : [to, `^${from}`];
      const line = only === undefined ? [] : ['--first-parent'];
      const text = await client.text(
        ['log', '--no-show-signature', ...line, `--max-count=${limit}`, `--format=%H${SEPARATOR}%ct${SEPARATOR}%s`, ...range, '--'],
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
      return before === after ? [] : ((await objects.countLines(before, after)) ?? differ.lines(before, after));
    },

    async diffText(from, to, maxBytes, paths = []) {
      const plain = ['--literal-pathspecs', 'diff-tree', '-r', '-M', '-p', '--full-index', ...PLAIN, from, to, '--', ...paths];
      const { stdout } = await client.run(plain, { gitDir, maxBytes });
      return stdout.subarray(0, maxBytes).toString('utf8');
    },
  };
}
