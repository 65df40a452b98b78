import { expect, test } from 'vitest';
import { SseReply } from '#platform/http/sse.ts';
import type { Outbox } from '#platform/outbox/index.ts';
import { streamRoutes } from './routes.stream.ts';

const BEAT_MS = 40;

/** An outbox in which something of `proj_theirs` happens all the time: `tail` is never empty. */
function busyElsewhere(): Pick<Outbox, 'latest' | 'tail' | 'wait'> {
  return {
    latest: async () => 0,
    tail: async (after) => [{ seq: after + 1, type: 'x', subject: 's', projectId: 'proj_theirs', occurredAt: new Date(0), data: {} }] as never,
    wait: () => Promise.resolve(),
  };
}

async function streamOf(projects: readonly string[] | null, signs: boolean) {
  const [stream] = streamRoutes({ outbox: busyElsewhere(), beatMs: BEAT_MS });
  const request = { query: { after: 0, signs }, headers: {}, actor: { kind: 'service', subject: 'token:x', role: 'viewer', projects } };
  const answer: unknown = await stream?.handle(request as never);
  if (!(answer instanceof SseReply) || typeof answer.source !== 'function') throw new Error('This is no stream.');
  const leave = new AbortController();
  return { leave, events: answer.source(leave.signal)[Symbol.asyncIterator]() };
}

test('a caller who is limited to projects hears that the stream lives, and its place, also while only others are told of something', async () => {
  const { leave, events } = await streamOf(['proj_ours'], true);
  expect((await events.next()).value).toMatchObject({ id: '0', event: 'opened' });
  const first = (await events.next()).value as { id: string; event: string };
  expect(first.event).toBe('beat');
  expect(Number(first.id)).toBeGreaterThan(0);
  const second = (await events.next()).value as { id: string; event: string };
  expect(second.event).toBe('beat');
  expect(Number(second.id)).toBeGreaterThan(Number(first.id));
  leave.abort();
});

test('who hears of the events needs no sign besides', async () => {
  const { leave, events } = await streamOf(null, true);
  const heard: Array<string | undefined> = [];
  for (let n = 0; n < 3; n += 1) heard.push(((await events.next()).value as { event?: string }).event);
  expect(heard).toEqual(['opened', undefined, undefined]);
  leave.abort();
});
