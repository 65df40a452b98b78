import { expect, test } from 'vitest';
import type { PublishedEvent } from '#kernel/event.ts';
import type { Context } from './context.ts';
import type { Modules } from './modules.ts';
import { subscribe } from './subscriptions.ts';

/** Of what was read from a history, so many only take note; whoever is added here must begin, end and propose nothing by it. */
const MAY_TAKE_NOTE = ['releases.past'];

const stored = { document: { kind: 'label.changed' }, receivedAt: new Date(0) };
const event = (data: PublishedEvent['data']): PublishedEvent =>
  ({ id: 'evt_1', seq: 1, type: 'event.received', subject: 'evt_1', occurredAt: new Date(0), data }) as PublishedEvent;

/** Every subscriber with what it calls: whatever it reaches for notes its path and answers. */
function wired() {
  const touched: string[] = [];
  const anything = (path: string): unknown =>
    new Proxy(() => undefined, {
      get: (_, key) => (key === 'then' || typeof key === 'symbol' ? undefined : anything(`${path}.${key}`)),
      apply: () => {
        touched.push(path);
        return path === 'modules.intake.get' ? Promise.resolve(stored) : anything(`${path}()`);
      },
    });
  const modules = new Proxy({}, { get: (_, key) => (key === 'connectedChat' ? null : anything(`modules.${String(key)}`)) }) as Modules;
  const subscribers = new Map<string, { types: readonly string[]; handle: (event: PublishedEvent) => Promise<void> }>();
  const outbox = {
    subscribe: (consumer: string, types: readonly string[], handle: (event: PublishedEvent) => Promise<void>) =>
      void subscribers.set(consumer, { types, handle }),
  };
  const context = new Proxy({}, { get: (_, key) => (key === 'outbox' ? outbox : anything(`context.${String(key)}`)) }) as Context;
  subscribe(context, modules);
  const listening = [...subscribers].filter(([, { types }]) => types.includes('event.received') || types.includes('*'));
  const reaching = async (consumer: string, told: PublishedEvent): Promise<string[]> => {
    touched.length = 0;
    // What follows from an answer that is no real one is not asked here.
    await subscribers
      .get(consumer)
      ?.handle(told)
      .catch(() => {});
    return [...touched];
  };
  return { consumers: listening.map(([consumer]) => consumer), reaching };
}

test('nothing follows from what was read from a history: each subscriber of events passes over it, and hears the same as it happens', async () => {
  const { consumers, reaching } = wired();
  expect(consumers).toEqual(
    expect.arrayContaining(['delivery.events', 'reviews.people_pulls', 'delivery.landings', 'releases.tags', ...MAY_TAKE_NOTE]),
  );
  const reached: Array<[consumer: string, past: string[], first: string | undefined]> = [];
  for (const consumer of consumers) {
    const past = await reaching(consumer, event({ backfilled: true }));
    reached.push([consumer, past, (await reaching(consumer, event({})))[0]]);
  }
  const act = reached.filter(([consumer]) => !MAY_TAKE_NOTE.includes(consumer));
  expect(act).toEqual(act.map(([consumer]) => [consumer, [], 'modules.intake.get']));
});

test('a release of the past is remembered, and one that happens is not', async () => {
  const { reaching } = wired();
  expect(await reaching('releases.past', event({ backfilled: true }))).toEqual(['modules.intake.get', 'modules.releaseTasks.remember']);
  expect(await reaching('releases.past', event({}))).toEqual([]);
});
