import { createCall } from './estate.http.ts';
import { onGithub } from './estate.github.ts';
import { onEmbeddedForge } from './estate.local.ts';
import { SAMPLE_REPOSITORY, type SampleGithub } from './estate.place.ts';
import { SAMPLE_ISSUES, SAMPLE_PEOPLE } from './issues.ts';

/** A running server and its admin token; `github`: the repository lives there instead of on the embedded forge. */
export interface EstateOrder {
  url: string;
  token: string;
  github?: SampleGithub;
}

/** Five people, a project and its repository, twelve issues: what a stranger's installation would have after a morning. */
export async function makeEstate({ url, token, github }: EstateOrder) {
  const reeve = createCall(url, token);
  const place = github === undefined ? onEmbeddedForge(reeve) : onGithub(reeve, url, github);
  for (const person of SAMPLE_PEOPLE) await reeve('POST', '/v1/people', person);
  const manager = SAMPLE_PEOPLE[SAMPLE_PEOPLE.length - 1];
  const { token: managerToken } = await reeve<{ token: string }>('POST', '/v1/tokens', {
    name: 'demo manager',
    role: 'manager',
    person: manager?.handle,
  });
  const project = await reeve<{ id: string }>('POST', '/v1/projects', {
    key: 'shop',
    name: 'Corner shop',
    settings: {
      checks: [{ name: 'test', command: 'node test/all.js', timeout_s: 120 }],
      sandbox: 'none',
      roles: { coder: 'demo-coder', reviewer: 'demo-reviewer' },
    },
  });
  const repositoryId = await place.makeRepository(project.id);
  const numbers = await place.openIssues();
  return {
    project_id: project.id,
    repository_id: repositoryId,
    repository: SAMPLE_REPOSITORY,
    manager_token: managerToken,
    issues: SAMPLE_ISSUES.map(({ title, shows }, at) => ({ number: numbers[at] ?? 0, title, shows })),
  };
}
