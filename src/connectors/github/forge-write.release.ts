import { AppError } from '#kernel/errors.ts';
import type { RepoRef } from '#ports/forge-read.ts';
import type { ForgeWrite } from '#ports/forge-write.ts';
import { writingOn, type WriteContext } from './client.repository.ts';
import { releasesOf } from './forge-read.releases.ts';
import { hasMarker, withMarker } from './map.marker.ts';
import { Release } from './schema.rest.ts';

type Draft = Parameters<NonNullable<ForgeWrite['putDraftRelease']>>[1];

/**
 * Several drafts may have one tag, so the marker tells which is ours. Drafts are listed for who may push alone: the writing client asks. A draft
 * without a text is taken as one that people opened to be filled in.
 */
export async function putDraftRelease(context: Pick<WriteContext, 'auth'>, repo: RepoRef, draft: Draft): Promise<{ id: string; url: string }> {
  const { name, write } = await writingOn(context, repo, 'releases');
  const body = withMarker(draft.body, draft.marker);
  const there = (await releasesOf({ client: write, name })).filter(({ tag_name: tag }) => tag === draft.tag);
  // Made before an answer was lost: what people wrote into it since, and that they published it, is theirs.
  const made = there.find((release) => hasMarker(release.body, draft.marker));
  if (made !== undefined) return shown(made);
  const known = there.find((release) => release.draft && release.body.trim() === '');
  if (there.some((release) => !release.draft) || (known === undefined && there.length > 0)) throw ofPeople(draft.tag);
  const text = { ...name, tag_name: draft.tag, name: draft.name, body };
  if (known === undefined) return shown(await write.write('POST /repos/{owner}/{repo}/releases', { ...text, draft: true }, Release));
  // Without `draft`: what people publish at this moment stays published.
  return shown(await write.write('PATCH /repos/{owner}/{repo}/releases/{release_id}', { ...text, release_id: known.id }, Release));
}

const shown = ({ id, html_url: url }: Release): { id: string; url: string } => ({ id: String(id), url });

const ofPeople = (tag: string): AppError =>
  new AppError('refused', `The release ${tag} is published, or its people wrote it themselves: it stays as it is.`, { code: 'release_of_people' });
