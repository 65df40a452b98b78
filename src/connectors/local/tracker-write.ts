import type { TrackerWrite } from '#ports/tracker-write.ts';
import { createIssue, editIssueBody, putComment, setAssignees, setIssueState, setLabels, type LocalContext } from './issues.ts';
import { localName, REEVE_LOGIN } from './map.ts';

/** Writing to the embedded tracker, as Reeve. */
export function createTrackerWrite(context: LocalContext): TrackerWrite {
  return {
    async setLabels(repo, number, change) {
      await setLabels(context, { repository: localName(repo), number }, change, REEVE_LOGIN);
    },
    async setAssignees(repo, number, assignees) {
      await setAssignees(context, { repository: localName(repo), number }, assignees, REEVE_LOGIN);
    },
    async putComment(repo, number, comment) {
      const { id } = await putComment(context, { repository: localName(repo), number }, { ...comment, author: REEVE_LOGIN });
      return { id };
    },
    async close(repo, number, reason) {
      await setIssueState(context, { repository: localName(repo), number }, { state: 'closed', reason }, REEVE_LOGIN);
    },
    async reopen(repo, number) {
      await setIssueState(context, { repository: localName(repo), number }, { state: 'open' }, REEVE_LOGIN);
    },
    async editBody(repo, number, edit) {
      await editIssueBody(context, { repository: localName(repo), number }, edit, REEVE_LOGIN);
    },
    async createIssue(repo, issue) {
      const { number } = await createIssue(context, localName(repo), { ...issue, author: REEVE_LOGIN });
      return { number };
    },
  };
}
