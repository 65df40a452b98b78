import type { Body, Item } from '../../api/client.ts';

export type Repository = Item<'/v1/repositories'>;

/** What a person has typed so far. */
export interface RequestDraft {
  repository: string;
  text: string;
  target: string;
}

/** Where agents may work, by name. */
export function requestable(repositories: readonly Repository[]): Repository[] {
  return repositories.filter(({ allowlisted }) => allowlisted).toSorted((a, b) => a.name.localeCompare(b.name));
}

/** The request as it is sent; null: something is missing. Where there is one repository only, it is that one. */
export function requestOf(draft: RequestDraft, repositories: readonly Pick<Repository, 'id'>[]): Body<'/v1/requests', 'post'> | null {
  const id = draft.repository === '' && repositories.length === 1 ? repositories[0]?.id : draft.repository;
  const repository = repositories.find((one) => one.id === id);
  const [text, target] = [draft.text.trim(), draft.target.trim()];
  if (repository === undefined || text === '') return null;
  return { text, repository_id: repository.id, target: target === '' ? null : target };
}
