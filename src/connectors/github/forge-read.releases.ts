import type { MergedPull, Release as ForgeRelease } from '#ports/forge-read.ts';
import type { On } from './client.repository.ts';
import { isMerged } from './map.state.ts';
import { Pull, Release } from './schema.rest.ts';

/** The newest hundred; drafts among them for who may push. */
export async function releasesOf({ client, name }: On): Promise<Release[]> {
  return (await client.page('GET /repos/{owner}/{repo}/releases', { ...name, per_page: 100 }, Release)).items;
}

export function toRelease({ id, tag_name: tag, body, draft, published_at: at, html_url: url }: Release): ForgeRelease {
  return { id: String(id), tag, body, publishedAt: draft || at === null || at === undefined ? null : new Date(at), url };
}

const MOST_PAGES = 10;

/** The list is by the last change, which is never before the merge. */
export async function mergedPullsOf({ client, name }: On, since: Date | null): Promise<MergedPull[]> {
  const found: MergedPull[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const parameters = { ...name, state: 'closed', sort: 'updated', direction: 'desc', per_page: 100, page };
    const { items, next } = await client.page('GET /repos/{owner}/{repo}/pulls', parameters, Pull);
    found.push(...items.filter((pull) => isMerged(pull) && (since === null || new Date(pull.merged_at ?? 0) >= since)).map(toMerged));
    const oldest = items.at(-1)?.updated_at ?? null;
    if (next === null || (since !== null && oldest !== null && new Date(oldest) < since)) break;
  }
  return found;
}

const toMerged = (pull: Pull): MergedPull => ({
  number: pull.number,
  title: pull.title,
  body: pull.body,
  labels: pull.labels,
  author: pull.user,
  baseBranch: pull.base.ref,
  mergeSha: pull.merge_commit_sha ?? null,
  mergedAt: new Date(pull.merged_at ?? 0),
  url: pull.html_url,
});
