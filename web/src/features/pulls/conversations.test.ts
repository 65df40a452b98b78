import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, expect, test, vi } from 'vitest';
import { keyOfConversations, renewConversations } from './conversations.ts';
import type { Conversations } from './queries.ts';

const PULL = 'pull_1';
const asking = (...actions: string[]): Conversations =>
  ({ items: [{ id: 't1', comments: [], asked: actions.map((id) => ({ action_id: id, kind: 'pr.thread.reply', status: 'pending' })) }] }) as never;

afterEach(() => vi.useRealTimers());

test.each([
  ['is told as under way is read once: more is told by events', asking('act_1'), 1],
  ['is neither under way nor said yet is read twice: its forge may be late', asking('act_other'), 2],
])('an answer that %s', async (_, answer, times) => {
  vi.useFakeTimers();
  const queries = new QueryClient();
  const read = vi.fn<() => Conversations>(() => answer);
  const queryKey = keyOfConversations(PULL);
  queries.setQueryData(queryKey, asking());
  const end = new QueryObserver(queries, { queryKey, queryFn: read, staleTime: Infinity }).subscribe(() => {});
  const renewed = renewConversations(queries, PULL, 'act_1');
  await vi.advanceTimersByTimeAsync(10_000);
  await renewed;
  expect(read).toHaveBeenCalledTimes(times);
  end();
  queries.clear();
});
