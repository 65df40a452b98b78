import { expect, test } from 'vitest';
import { addressOf, entryOf } from './entry-address.ts';

test.each(['ledger:12', 'evt_01ARZ3NDEKTSV4RRFFQ69G5FAV'])('the address of the entry %s leads back to it', (id) => {
  expect([entryOf(addressOf(id)), entryOf(`#${addressOf(id)}`)]).toEqual([id, id]);
});

test.each(['', 'entry-', 'line-12', 'entry-a b', 'main'])('%o names no entry', (hash) => {
  expect(entryOf(hash)).toBeNull();
});
