import type { Call } from './estate.http.ts';
import { SAMPLE_ISSUES } from './issues.ts';
import { SHOP_FILES } from './shop.ts';
import { SAMPLE_REPOSITORY, type Place } from './estate.place.ts';

/** The sample repository and its issues on the forge that comes with Reeve. */
export function onEmbeddedForge(reeve: Call): Place {
  return {
    async makeRepository(projectId) {
      const made = await reeve<{ id: string }>('POST', '/v1/local/repositories', {
        project_id: projectId,
        name: SAMPLE_REPOSITORY,
        files: SHOP_FILES,
        message: 'The corner shop as it is',
      });
      return made.id;
    },
    async openIssues() {
      const numbers: number[] = [];
      for (const { title, body, author, labels = [] } of SAMPLE_ISSUES) {
        const issue = { repository: SAMPLE_REPOSITORY, title, body, author, labels: [...labels, 'AI-Ready'] };
        numbers.push((await reeve<{ number: number }>('POST', '/v1/local/issues', issue)).number);
      }
      return numbers;
    },
  };
}
