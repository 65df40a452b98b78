import { expect, test } from 'vitest';
import { toPullRequest } from './map.pull.ts';
import type { Pull } from './schema.rest.ts';

const pull = (head: string | null, base: string | null): Pull => {
  const side = (name: string | null) => ({ ref: 'mine', sha: 'a'.repeat(40), repo: name === null ? null : { full_name: name } });
  return {
    number: 7,
    title: 'T',
    body: '',
    state: 'open',
    draft: false,
    labels: [],
    user: 'dora',
    head: side(head),
    base: side(base),
  } as unknown as Pull;
};
const fromFork = (head: string | null, base: string | null) => toPullRequest(pull(head, base)).fromFork;

test('a head is a fork’s unless both sides name the same repository, in any case of its letters', () => {
  expect(fromFork('Acme/Shop', 'acme/shop')).toBe(false);
  expect(fromFork('eve/shop', 'acme/shop')).toBe(true);
  // The repository of a fork that is gone; and an answer that names none.
  expect([fromFork(null, 'acme/shop'), fromFork(null, null)]).toEqual([true, true]);
});
