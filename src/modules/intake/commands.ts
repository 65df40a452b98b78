import type { Clock } from '#kernel/clock.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { EventId, Ids } from '#kernel/ids.ts';
import { toStorableJson } from '#kernel/text.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Outbox } from '#platform/outbox/model.ts';
import { crashpoint } from '#platform/workflow/index.ts';
import { IGNORED_KIND, numberOf, RAW_RETENTION_DAYS, toKeptHeaders, type Delivery, type Intake, type Normalised, type StoredEvent } from './model.ts';
import * as store from './store.ts';

export interface IntakeDeps {
  db: Db;
  clock: Clock;
  ids: Ids;
  outbox: Pick<Outbox, 'put'>;
}

export function createIntakeCommands(deps: IntakeDeps): Pick<Intake, 'receive' | 'purgeRaw'> {
  return {
    receive: (delivery) => receive(deps, delivery),
    async purgeRaw(olderThanDays = RAW_RETENTION_DAYS) {
      if (!Number.isInteger(olderThanDays) || olderThanDays < 1) throw new AppError('invalid', 'Raw payloads are kept for at least one whole day.');
      return store.deleteRawOlderThan(deps.db, olderThanDays);
    },
  };
}

async function receive(deps: IntakeDeps, delivery: Delivery): Promise<{ eventId: EventId; duplicate: boolean }> {
  if (delivery.source === '' || delivery.deliveryId === '')
    throw new AppError('invalid', 'A delivery needs a source and an id.', { code: 'no_delivery_id' });
  const event = toEvent(deps, delivery, normalise(delivery));
  await crashpoint('event.receive.before');
  const answer = await deps.db.tx(async (tx) => {
    if (!(await store.insertEvent(tx, event))) {
      return { eventId: await store.idOfDelivery(tx, delivery.source, delivery.deliveryId), duplicate: true };
    }
    await store.insertRaw(tx, { eventId: event.id, headers: toKeptHeaders(delivery.headers), body: delivery.body });
    await publish(deps, tx, event);
    return { eventId: event.id, duplicate: false };
  });
  await crashpoint('event.receive.after');
  return answer;
}

/** What cannot be read must still be kept: the sender thinks it was received, and the raw bytes can be read again later. */
function normalise(delivery: Delivery): Normalised {
  try {
    return toStorableJson(delivery.normalise({ headers: delivery.headers, body: delivery.body }));
  } catch (error) {
    return toStorableJson({ kind: IGNORED_KIND, note: `could not be read: ${messageOf(error).slice(0, 500)}` });
  }
}

function toEvent(deps: IntakeDeps, delivery: Delivery, fact: Normalised): Omit<StoredEvent, 'receivedAt'> {
  const base = { id: deps.ids.next('event'), source: delivery.source, deliveryId: delivery.deliveryId, kind: fact.kind };
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

async function publish(deps: IntakeDeps, tx: Tx, event: Omit<StoredEvent, 'receivedAt'>): Promise<void> {
  const { id, source, kind, forge, repository, number } = event;
  await deps.outbox.put(tx, { type: 'event.received', subject: id, data: { source, kind, forge, repository, number } });
}
