import type { Git } from './client.ts';

/** First-parent commits of a branch, newest first; none when the branch is not there. */
export async function firstParentsOf(
  git: Git,
  dir: string,
  branch: string,
  limit: number,
): Promise<Array<{ commit: string; subject: string; atUnixS: number }>> {
  const { exitCode, stdout } = await git({
    dir,
    args: ['log', '--first-parent', `--max-count=${limit}`, '--format=%H%x00%ct%x00%s', `refs/heads/${branch}`, '--'],
    answers: [128],
  });
  if (exitCode !== 0) return [];
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [commit = '', at = '0', subject = ''] = line.split('\0');
      return { commit, subject, atUnixS: Number(at) };
    });
}
