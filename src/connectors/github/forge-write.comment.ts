import type { RepoRef } from '#ports/forge-read.ts';
import { writingOn, type On, type WriteContext } from './client.repository.ts';
import { commentsOf } from './forge-read.ts';
import { hasMarker, withMarker } from './map.marker.ts';
import { isSameLogin } from './map.pull.ts';
import { Anything, Comment } from './schema.rest.ts';

/**
 * One comment of ours per marker. GitHub may show a list as it was a moment ago: after a comment was made the list is read again, and of
 * two with one marker the older stays.
 */
export function putComment(
  context: Pick<WriteContext, 'auth' | 'turns'>,
  repo: RepoRef,
  number: number,
  comment: { body: string; marker: string },
): Promise<{ id: string }> {
  const body = withMarker(comment.body, comment.marker);
  return context.turns(`${repo.name} ${number} comment ${comment.marker}`, async () => {
    const { name, read, write } = await writingOn(context, repo, 'issues');
    const login = await context.auth.ownLogin();
    const own = () => ownWith(read, { number, login, marker: comment.marker });
    const edit = async (known: Comment): Promise<{ id: string }> => {
      if (known.body !== body)
        await write.write('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', { ...name, comment_id: known.id, body }, Anything);
      return { id: String(known.id) };
    };
    const [known] = await own();
    if (known !== undefined) return edit(known);
    const made = await write.write('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...name, issue_number: number, body }, Comment);
    const [first = made, ...later] = await own();
    for (const { id } of later) await write.write('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', { ...name, comment_id: id }, Anything);
    return edit(first);
  });
}

/** Oldest first. */
async function ownWith(read: On, of: { number: number; login: string; marker: string }): Promise<Comment[]> {
  const all = await commentsOf(read, of.number);
  return all.filter(({ user, body }) => isSameLogin(user, of.login) && hasMarker(body, of.marker)).toSorted((a, b) => a.id - b.id);
}
