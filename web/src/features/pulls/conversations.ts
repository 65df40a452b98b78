import type { QueryClient } from '@tanstack/react-query';
import type { Conversations } from './queries.ts';

/** What was sent is on its forge, and shown by it, within so long. */
export const ON_ITS_WAY_MS = 3000;

export const keyOfConversations = (pullId: string) => ['pull-conversations', pullId] as const;

/** An answer was asked for: read again, and once more where it is not among what is under way, as its forge may not show yet what it just got. */
export async function renewConversations(queries: QueryClient, pullId: string, actionId: string): Promise<void> {
  const queryKey = keyOfConversations(pullId);
  await queries.invalidateQueries({ queryKey });
  const known = queries.getQueryData<Conversations>(queryKey);
  if (known?.items.some(({ asked }) => asked.some((one) => one.action_id === actionId)) === true) return;
  setTimeout(() => void queries.invalidateQueries({ queryKey }), ON_ITS_WAY_MS);
}
