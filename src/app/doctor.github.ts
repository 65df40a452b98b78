import { messageOf } from '#kernel/errors.ts';
import { systemClock } from '#platform/crypto/index.ts';
import { decideGuard } from '#modules/actions/index.ts';
import type { GithubForge } from '#connectors/github/index.ts';
import { repositoryPath, type AppConfig } from './config.ts';
import { bad, good, type Check } from './doctor.check.ts';
import { createGithubConnection, UNUSABLE } from './forges.ts';

/**
 * Whether GitHub answers to the credential, and how the default branches of the repositories in reeve.yaml are guarded against Reeve's
 * own account. Nothing where GitHub is not configured.
 */
export async function checkGithub(config: AppConfig): Promise<Check[]> {
  const parts = { clock: systemClock, env: config.environment(['PATH', 'HOME']), registerSecret: () => {} };
  const connection = createGithubConnection(config, parts);
  const github = connection.forge();
  const problem = connection.problem();
  if (problem !== null) return [bad('github', problem, UNUSABLE)];
  if (github === null) return [];
  const checks = [await checkCredential(config, github)];
  if (connection.webhookSecrets().length === 0)
    checks.push(
      bad('github webhooks', 'no secret is set, so none is accepted', 'Set REEVE_GITHUB_WEBHOOK_SECRET to what the webhook signs with.', false),
    );
  for (const name of repositoriesOf(config)) checks.push(await checkRepository(github, name));
  return checks;
}

async function checkCredential(config: AppConfig, github: GithubForge): Promise<Check> {
  try {
    const checkWords = github.checksAs === 'check_run' ? 'check runs' : 'commit statuses';
    return good('github', `${config.githubApiUrl} answers to ${await github.ownLogin()}; results are written as ${checkWords}`);
  } catch (error) {
    return bad('github', messageOf(error), 'Check REEVE_GITHUB_TOKEN, or the number and key of the GitHub App, and REEVE_GITHUB_API_URL.');
  }
}

/** Repositories of the configuration that may be GitHub's: those that the embedded forge has are found out at the server's start only. */
function repositoriesOf(config: AppConfig): string[] {
  const sections = Object.values(config.sections.projects);
  return sections.filter(({ repo, forge }) => forge !== 'local' && repositoryPath(config, repo) === null).map(({ repo }) => repo);
}

async function checkRepository(github: GithubForge, name: string): Promise<Check> {
  const repo = { forge: 'github', name };
  try {
    const branch = await github.read.defaultBranch(repo);
    const guard = await github.read.branchGuard?.(repo, branch);
    const refusal = guard === undefined ? null : decideGuard(guard, branch, false);
    if (refusal !== null) return bad(`github ${name}`, `nothing of high risk is done there: ${refusal}`, 'See the operator guide, "GitHub".', false);
    return good(`github ${name}`, guard?.isProtected === true ? `${branch} is protected, from Reeve too` : `${branch} is not protected`);
  } catch (error) {
    return bad(`github ${name}`, messageOf(error), 'Give the token or the App access to it, or take it out of reeve.yaml.', false);
  }
}
