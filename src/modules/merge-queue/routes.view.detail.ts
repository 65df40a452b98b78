import { z } from 'zod';
import type { EntryDetail } from './queries.detail.ts';
import { presentWaiting, WaitView } from './routes.view.status.ts';
import { SummaryView, TimelineView } from './routes.view.summary.ts';
import { EntryView, JournalView, presentEntry, presentJournal } from './routes.view.ts';

export const DetailView = EntryView.extend({
  document: z.unknown(),
  journal: z.array(JournalView),
  /** From the request to the commit. */
  timeline: TimelineView,
  /** What, why, who and which checks: also at `/summary`. */
  account: SummaryView,
  rollbacks: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['rollback', 'reland']),
      state: z.enum(['waiting', 'submitted', 'given_up']),
      action_id: z.string().nullable(),
      change_request_id: z.string().nullable(),
      change_requests: z.array(z.string()),
    }),
  ),
  wait: WaitView.nullable(),
  /** It landed, and somebody took it off the branch. */
  lost: z.boolean(),
});

/** `nowMs`: UNIX milliseconds, for what is told relative to now. */
export function presentDetail(
  { entry, journal, timeline, summary, rollbacks, waiting, lost }: EntryDetail,
  nowMs: number,
): z.infer<typeof DetailView> {
  return {
    ...presentEntry(entry),
    document: entry.document,
    journal: journal.map(presentJournal),
    timeline,
    account: summary,
    rollbacks: rollbacks.map(({ id, kind, state, changeRequestId, actionId, rollsBack }) => ({
      id,
      kind,
      state,
      action_id: actionId,
      change_request_id: changeRequestId,
      change_requests: rollsBack,
    })),
    wait: waiting === null ? null : presentWaiting(waiting, nowMs),
    lost,
  };
}
