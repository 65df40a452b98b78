import { createCall, type Call } from './estate.http.ts';
import { SAMPLE_ISSUES, SAMPLE_PEOPLE } from './issues.ts';
import { SHOP_FILES } from './shop.ts';
import { SAMPLE_REPOSITORY, type Place, type SampleGithub } from './estate.place.ts';

/**
 * The sample repository and its issues on that GitHub: the people have accounts there, its CI runs the shop's tests on every pull
 * request, and its webhooks go to the server.
 */
export function onGithub(reeve: Call, serverUrl: string, { apiUrl, login, webhookSecret }: SampleGithub): Place {
  const order = createCall(apiUrl, null);
  const [owner = '', name = ''] = SAMPLE_REPOSITORY.split('/');
  return {
    async makeRepository(projectId) {
      for (const { handle } of SAMPLE_PEOPLE) await order('POST', '/_fake/users', { login: handle });
      const people = Object.fromEntries([login, ...SAMPLE_PEOPLE.map(({ handle }) => handle)].map((each) => [each, 'write']));
      await order('POST', '/_fake/repositories', { owner, name, files: SHOP_FILES, collaborators: people, labels: labelsOfAll() });
      await order('POST', '/_fake/ci', { name: 'test', command: ['node', 'test/all.js'] });
      await order('POST', '/_fake/hooks', { url: new URL('/webhooks/github', serverUrl).href, secret: webhookSecret });
      for (const { id, handle } of await peopleOf(reeve))
        await reeve('POST', '/v1/identities', { source: 'github', external_id: handle, person_id: id });
      const made = await reeve<{ id: string }>('POST', '/v1/repositories', {
        project_id: projectId,
        forge: 'github',
        name: SAMPLE_REPOSITORY,
        allowlisted: true,
      });
      return made.id;
    },
    async openIssues() {
      const numbers: number[] = [];
      for (const { title, body, author, labels = [] } of SAMPLE_ISSUES) {
        const issue = { title, body, labels: [...labels, 'AI-Ready'] };
        numbers.push((await order<{ number: number }>('POST', `/_fake/as/${author}/openIssue`, [SAMPLE_REPOSITORY, issue])).number);
      }
      return numbers;
    },
  };
}

const labelsOfAll = (): string[] => [...new Set(['AI-Ready', ...SAMPLE_ISSUES.flatMap(({ labels = [] }) => labels)])];

async function peopleOf(reeve: Call): Promise<Array<{ id: string; handle: string }>> {
  return (await reeve<{ items: Array<{ id: string; handle: string }> }>('GET', '/v1/people?limit=100')).items;
}
