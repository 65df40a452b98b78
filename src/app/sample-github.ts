import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { AppError } from '#kernel/errors.ts';
import { randomSecret } from '#platform/crypto/index.ts';
import type { SampleGithub } from '#cli/local.ts';
import { ROOT_DIR } from './paths.ts';

const LOGIN = 'reeve-bot';

/**
 * Starts the GitHub that the tests use, as a process that ends with this one, for the demo. It comes with a checkout only; AppError
 * unavailable where it is not. `env` holds the PATH on which git is.
 */
export async function startSampleGithub(env: Record<string, string>): Promise<SampleGithub> {
  const program = path.join(ROOT_DIR, 'test/fakes/github/main.ts');
  if (!existsSync(program))
    throw new AppError('unavailable', 'The GitHub of the demo comes with a checkout of Reeve; this is an installed package.', {
      hint: 'Run `reeve demo` without --forge, or clone the repository.',
    });
  const child = spawn(process.execPath, [program, '--json', '--with-parent', '--user', LOGIN], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const told = await firstLine(child);
  const { api_url: apiUrl, git_url: gitUrl, tokens } = JSON.parse(told) as { api_url: string; git_url: string; tokens: Record<string, string> };
  const webhookSecret = randomSecret(24);
  return {
    apiUrl,
    login: LOGIN,
    webhookSecret,
    settings: {
      REEVE_GITHUB_API_URL: apiUrl,
      REEVE_GITHUB_GIT_URL: gitUrl,
      REEVE_GITHUB_TOKEN: tokens[LOGIN] ?? '',
      REEVE_GITHUB_WEBHOOK_SECRET: webhookSecret,
      REEVE_REPO_ALLOWLIST: 'sample/shop',
      // It is ours alone and has no limits to respect.
      REEVE_GITHUB_WRITE_INTERVAL_MS: '0',
    },
    async branchHead(repository, branch) {
      const response = await fetch(`${apiUrl}/repos/${repository}/branches/${branch}`, {
        headers: { authorization: `Bearer ${tokens[LOGIN] ?? ''}` },
      });
      return ((await response.json()) as { commit: { sha: string } }).commit.sha;
    },
    async stop() {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      // Its input is its life line.
      child.stdin.end();
      await ended;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new AppError('internal', 'The GitHub of the demo has no output.');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new AppError('unavailable', 'The GitHub of the demo did not start.');
}
