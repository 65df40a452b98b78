import type { QueryClient } from '@tanstack/react-query';
import { api, read, type Answer, type Body } from '../../api/client.ts';

export type Order = 'pause' | 'resume' | 'drain';
export type ResolveOrder = Body<'/v1/change-requests/{id}/resolve', 'post'>;
export type Entry = Answer<'/v1/queue/{id}/retry', 'post'>;
export type Rollback = Answer<'/v1/queue/rollback', 'post'>;

/** What a target is told. `repo`: its name or id. Throws ApiProblem, as everything here. */
export async function orderTarget(order: Order, target: { repo: string; target: string }, reason: string): Promise<void> {
  const body = { ...target, reason };
  switch (order) {
    case 'pause':
      await read(api.POST('/v1/queue/targets/pause', { body }));
      return;
    case 'resume':
      await read(api.POST('/v1/queue/targets/resume', { body }));
      return;
    case 'drain':
      await read(api.POST('/v1/queue/targets/drain', { body }));
  }
}

export const retryEntry = (id: string): Promise<Entry> => read(api.POST('/v1/queue/{id}/retry', { params: { path: { id } } }));

export const dropEntry = (id: string, reason: string): Promise<Entry> =>
  read(api.POST('/v1/queue/{id}/drop', { params: { path: { id } }, body: { reason } }));

export const resolveConflict = (id: string, body: ResolveOrder): Promise<Entry> =>
  read(api.POST('/v1/change-requests/{id}/resolve', { params: { path: { id } }, body }));

export const landAgain = (id: string, reason: string): Promise<Rollback> =>
  read(api.POST('/v1/change-requests/{id}/reland', { params: { path: { id } }, body: { reason } }));

/** `confirm`: exactly the change requests that were shown. */
export const revert = (id: string, order: { withDependents: boolean; confirm: string[]; reason: string }): Promise<Rollback> =>
  read(
    api.POST('/v1/queue/rollback', {
      body: { change_request: id, with_dependents: order.withDependents, confirm: order.confirm, reason: order.reason },
    }),
  );

export async function dismissAlarm(id: number, reason: string): Promise<void> {
  await read(api.POST('/v1/queue/alarms/{id}/dismiss', { params: { path: { id } }, body: { reason } }));
}

/** After a person's order: everything about the queue is read again, whatever the stream is about to say. */
export const renew = (queries: QueryClient): Promise<unknown> =>
  Promise.all([queries.invalidateQueries({ queryKey: ['queue'] }), queries.invalidateQueries({ queryKey: ['change-requests'] })]);
