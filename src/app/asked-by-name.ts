import type { Approvals } from '#modules/approvals/index.ts';

const PAGE = 200;
const MOST_PAGES = 10;

/** How many pending decisions were passed on to each person by name, by handle: what their roles may decide waits for nobody in particular. */
export async function askedByName(approvals: Pick<Approvals, 'list'>): Promise<Map<string, number>> {
  const asked = new Map<string, number>();
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const found: Awaited<ReturnType<Approvals['list']>> = await approvals.list({
      status: 'pending',
      limit: PAGE,
      ...(cursor === null ? {} : { cursor }),
    });
    for (const { asked: who } of found.items) {
      const handle = who?.startsWith('person:') === true ? who.slice('person:'.length) : null;
      if (handle !== null) asked.set(handle, (asked.get(handle) ?? 0) + 1);
    }
    cursor = found.nextCursor;
    if (cursor === null) break;
  }
  return asked;
}
