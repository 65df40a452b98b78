import { api, read, type Body } from '../../api/client.ts';
import type { Issue } from './queries.ts';

/** What people do with an issue. Each rejects with the server's own refusal. */
export const startIssue = (id: string) => read(api.POST('/orchestrate/{issue_id}', { params: { path: { issue_id: id } } }));

/** What has ended goes back to the beginning first, in a person's name. Tried again where only the start failed, the first step changes nothing. */
export async function startAgain(id: string, reason: string) {
  await read(api.POST('/v1/issues/{id}/transition', { params: { path: { id } }, body: { to: 'new', reason } }));
  return startIssue(id);
}

export const stopIssue = (id: string, reason: string) =>
  read(api.POST('/v1/issues/{issue_id}/stop', { params: { path: { issue_id: id } }, body: { reason: reason === '' ? null : reason } }));

export const askAuthor = (id: string, question: string) =>
  read(api.POST('/v1/issues/{issue_id}/needs-info', { params: { path: { issue_id: id } }, body: { question } }));

export const declineIssue = (id: string, reason: string) =>
  read(api.POST('/v1/issues/{id}/transition', { params: { path: { id } }, body: { to: 'declined', reason } }));

export const assignIssue = (id: string, assignee: string | null, version: number) =>
  read(api.PATCH('/v1/issues/{id}', { params: { path: { id } }, body: { assignee, version } }));

export const assignTask = (id: string, assignee: string | null) =>
  read(api.PATCH('/v1/tasks/{id}', { params: { path: { id } }, body: { assignee } }));

/** An answer to what was typed here stands in its text, and the work starts anew. A text that stands there already is not written again. */
export async function answerRequest({ id, body, version }: Pick<Issue, 'id' | 'body' | 'version'>, text: string) {
  if (text !== body) await read(api.PATCH('/v1/issues/{id}', { params: { path: { id } }, body: { body: text, version } }));
  return startIssue(id);
}

/** A request in a person's own words; answers its issue. Sent again under the same key it is the same request. */
export const typeRequest = (body: Body<'/v1/requests', 'post'>, key: string) =>
  read(api.POST('/v1/requests', { params: { header: { 'Idempotency-Key': key } }, body }));

export const saveView = (body: Body<'/v1/views', 'post'>) => read(api.POST('/v1/views', { body }));

export const changeView = (id: string, body: Body<'/v1/views/{id}', 'patch'>) =>
  read(api.PATCH('/v1/views/{id}', { params: { path: { id } }, body }));

export const removeView = (id: string) => read(api.DELETE('/v1/views/{id}', { params: { path: { id } } }));
