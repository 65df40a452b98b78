import { expect, test } from 'vitest';
import type { GithubAuth } from './client.auth.ts';
import { createForgeRead } from './forge-read.ts';

const RUN = { id: 1, name: 'reeve/lint', head_sha: 'a', status: 'completed', app: { slug: 'github-actions' }, check_suite: { id: 8 } };
const SUITE = { id: 8, status: 'in_progress', latest_check_runs_count: 1, app: { slug: 'github-actions' } };

/** Reads a commit on which Actions shows one run, while its workflow goes on. */
async function read(kind: GithubAuth['kind'], conclusion: string) {
  const asked: string[] = [];
  const client = {
    async list(route: string) {
      asked.push(route.split('/').at(-1) ?? '');
      return route.endsWith('/check-runs') ? [{ ...RUN, conclusion }] : [SUITE];
    },
    get: async () => ({ statuses: [] }),
  };
  const auth = { kind, client: async () => client, ownLogin: async () => 'github-actions[bot]' } as unknown as GithubAuth;
  const forge = createForgeRead({ auth, gitUrl: '', readElsewhere: async () => null });
  const checks = await forge.checks({ forge: 'github', name: 'acme/shop' }, 'a');
  return { asked, told: checks.map(({ name, conclusion: ours, own }) => [name, ours, own]) };
}

test('a workflow that goes on is told of beside the jobs it has shown', async () => {
  expect((await read('token', 'success')).told).toEqual([
    ['reeve/lint', 'success', false],
    ['more of github-actions', 'pending', undefined],
  ]);
});

test('and is not asked for where a job has failed already', async () => {
  expect((await read('token', 'failure')).asked).toEqual(['check-runs']);
});

test('what the App as which Reeve writes has run is told as Reeve’s own', async () => {
  expect((await read('app', 'failure')).told).toEqual([['reeve/lint', 'failure', true]]);
});
