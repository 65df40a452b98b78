import { useCallback, useEffect, useLayoutEffect, useRef } from 'react';
import { useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { api, read, type Answer } from '../../api/client.ts';
import { useLiveEvents } from '../../api/live.ts';
import type { LiveEvent } from '../../api/topics.ts';
import { issuesQuery, type Issue } from './queries.ts';
import type { WorkSearch } from './search.ts';

const GATHER_MS = 700;
/** A list of so many pages is read again as a whole; a longer one row by row, so that a burst of events does not read thousands of rows. */
const SHORT_PAGES = 2;
const MOST_ROWS = 20;

type Pages = InfiniteData<Answer<'/v1/issues', 'get'>>;

/** Keeps the rows of a list as the issues are now. */
export function useLiveRows(search: WorkSearch): void {
  const queries = useQueryClient();
  const changed = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const latest = useRef(search);
  useLayoutEffect(() => {
    latest.current = search;
  });

  const flush = useCallback(() => {
    timer.current = undefined;
    const ids = [...changed.current].slice(-MOST_ROWS);
    changed.current.clear();
    const { queryKey } = issuesQuery(latest.current);
    const pages = queries.getQueryData<Pages>(queryKey);
    if (pages === undefined || pages.pages.length <= SHORT_PAGES) void queries.invalidateQueries({ queryKey });
    else for (const id of ids) void renewRow(id, (issue) => queries.setQueryData<Pages>(queryKey, (now) => withRow(now, issue)));
  }, [queries]);

  useLiveEvents(
    useCallback(
      ({ issue_id: id }: LiveEvent) => {
        if (id === null) return;
        changed.current.add(id);
        timer.current ??= setTimeout(flush, GATHER_MS);
      },
      [flush],
    ),
  );
  useEffect(() => () => clearTimeout(timer.current), []);
}

async function renewRow(id: string, put: (issue: Issue) => void): Promise<void> {
  try {
    put(await read(api.GET('/v1/issues/{id}', { params: { path: { id } } })));
  } catch {
    // Removed, or of a project this person may not see: the row stays as it was until the list is read again.
  }
}

/** Only a row that is shown is replaced. */
export function withRow(pages: Pages | undefined, issue: Issue): Pages | undefined {
  if (pages === undefined || !pages.pages.some((page) => page.items.some(({ id }) => id === issue.id))) return pages;
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, items: page.items.map((row) => (row.id === issue.id ? issue : row)) })) };
}
