import { AppError } from '#kernel/errors.ts';
import type { TrackerRead } from '#ports/tracker-read.ts';
import type { LocalContext } from './issues.ts';
import { localName, toTrackerIssue } from './map.ts';
import * as store from './store.ts';
import { labelTold } from './store.deliveries.ts';

/** Reading issues of the embedded tracker. Pull requests share the numbers but are no issues. */
export function createTrackerRead({ db, urlOf }: Pick<LocalContext, 'db' | 'urlOf'>): TrackerRead {
  return {
    async issue(repo, number) {
      const item = await store.itemByNumber(db, localName(repo), number);
      return item?.kind === 'issue' ? toTrackerIssue(item, urlOf) : null;
    },
    async issues(repo, page) {
      const after = page.cursor === undefined ? 0 : Number(page.cursor);
      if (!Number.isSafeInteger(after)) throw new AppError('invalid', 'The cursor is not one of this list.', { code: 'bad_cursor' });
      const rows = await store.listItems(db, { repository: localName(repo), kind: 'issue', state: page.state ?? null, after, limit: page.limit + 1 });
      const items = rows.slice(0, page.limit);
      return { items: items.map((item) => toTrackerIssue(item, urlOf)), nextCursor: rows.length > page.limit ? String(items.at(-1)?.number) : null };
    },
    async labeledBy(repo, number, label) {
      const told = await labelTold(db, localName(repo), number, label);
      return told === null ? null : { login: told.actor, accountId: null, at: new Date(told.at) };
    },
  };
}
