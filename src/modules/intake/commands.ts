import type { Clock } from '#kernel/clock.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { Ids } from '#kernel/ids.ts';
import { toStorableJson } from '#kernel/text.ts';
import { createTogether } from '#kernel/together.ts';
import { sha256Hex } from '#platform/crypto/index.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { ForgeEvent } from '#ports/forge-event.ts';
import type { Outbox } from '#platform/outbox/model.ts';
import { crashpoint } from '#platform/workflow/index.ts';
import { IGNORED_KIND, numberOf, RAW_RETENTION_DAYS, toKeptHeaders, type Delivery, type Intake, type Normalised } from './model.ts';
import * as store from './store.ts';

export interface IntakeDeps {
  db: Db;
  clock: Clock;
  ids: Ids;
  outbox: Pick<Outbox, 'putAll'>;
}

/** Deliveries of one transaction: each column travels as one array, so its parameters stay few. */
const LARGEST_BATCH = 200;

interface Incoming {
  delivery: Delivery;
  event: store.NewEvent;
}

type Received = Awaited<ReturnType<Intake['receive']>>;

export function createIntakeCommands(deps: IntakeDeps): Pick<Intake, 'receive' | 'purgeRaw'> {
  const put = createTogether((incoming: readonly Incoming[]) => keep(deps, incoming), LARGEST_BATCH);
  return {
    async receive(delivery) {
      if (delivery.source === '' || delivery.deliveryId === '')
        throw new AppError('invalid', 'A delivery needs a source and an id.', { code: 'no_delivery_id' });
      return put({ delivery, event: toEvent(deps, delivery, normalise(delivery, deps.clock.now())) });
    },
    async purgeRaw(olderThanDays = RAW_RETENTION_DAYS) {
      if (!Number.isInteger(olderThanDays) || olderThanDays < 1) throw new AppError('invalid', 'Raw payloads are kept for at least one whole day.');
      return store.deleteRawOlderThan(deps.db, olderThanDays);
    },
  };
}

/** Everything of these deliveries in one transaction: a forge that sends hundreds a second waits for few commits. */
async function keep(deps: IntakeDeps, incoming: readonly Incoming[]): Promise<Received[]> {
  await crashpoint('event.receive.before');
  const received = await deps.db.tx(async (tx) => {
    const inserted = await store.insertEvents(
      tx,
      incoming.map(({ event }) => event),
    );
    const fresh = incoming.filter(({ event }) => inserted.has(event.id));
    await store.insertRaw(
      tx,
      fresh.map(({ event, delivery }) => ({ eventId: event.id, headers: toKeptHeaders(delivery.headers), body: delivery.body })),
    );
    await announce(
      deps,
      tx,
      fresh.map(({ event }) => event),
    );
    const answers: Received[] = [];
    for (const { event } of incoming) {
      const duplicate = !inserted.has(event.id);
      answers.push({ eventId: duplicate ? await store.idOfDelivery(tx, event) : event.id, duplicate });
    }
    return answers;
  });
  await crashpoint('event.receive.after');
  return received;
}

function announce({ outbox }: Pick<IntakeDeps, 'outbox'>, tx: Tx, events: readonly store.NewEvent[]): Promise<void> {
  return outbox.putAll(
    tx,
    events.map(({ id, source, kind, forge, repository, number, backfilled }) => ({
      type: 'event.received',
      subject: id,
      data: { source, kind, forge, repository, number, ...(backfilled ? { backfilled } : {}) },
    })),
  );
}

/**
 * Facts of a repository's past, through the door of what is heard: each delivery id once, announced as `backfilled`. Their bytes are the
 * forge's to show again. Answers how many were stored; ids of a history are none of webhooks, so that what was heard already is among them.
 */
export async function storeFacts(
  deps: Pick<IntakeDeps, 'ids' | 'clock' | 'outbox'>,
  tx: Tx,
  facts: ReadonlyArray<{ source: string; deliveryId: string; fact: ForgeEvent }>,
): Promise<number> {
  const events = facts.map(({ source, deliveryId, fact }) => {
    const delivery = { source, deliveryId, headers: {}, body: Buffer.alloc(0), normalise: () => fact };
    return { ...toEvent(deps, delivery, toStorableJson(fact)), backfilled: true };
  });
  const inserted = await store.insertEvents(tx, events);
  await announce(
    deps,
    tx,
    events.filter(({ id }) => inserted.has(id)),
  );
  return inserted.size;
}

/** What cannot be read must still be kept: the sender thinks it was received, and the raw bytes can be read again later. */
function normalise(delivery: Delivery, receivedAt: Date): Normalised {
  try {
    return toStorableJson(delivery.normalise({ headers: delivery.headers, body: delivery.body, receivedAt }));
  } catch (error) {
    return toStorableJson({ kind: IGNORED_KIND, note: `could not be read: ${messageOf(error).slice(0, 500)}` });
  }
}

function toEvent(deps: Pick<IntakeDeps, 'ids' | 'clock'>, delivery: Delivery, fact: Normalised): store.NewEvent {
  const base = {
    id: deps.ids.next('event'),
    source: delivery.source,
    deliveryId: delivery.deliveryId,
    signedBodySha256: delivery.signed === true ? sha256Hex(delivery.body) : null,
    kind: fact.kind,
    backfilled: false,
  };
  if (fact.kind === IGNORED_KIND) {
    return { ...base, forge: null, repository: null, number: null, document: null, note: fact.note, occurredAt: deps.clock.now() };
  }
  return {
    ...base,
    forge: fact.repo.forge,
    repository: fact.repo.name,
    number: numberOf(fact),
    document: fact,
    note: null,
    occurredAt: new Date(fact.occurred_at),
  };
}
