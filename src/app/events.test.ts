import { expect, it } from 'vitest';
import { ProjectKey } from '#modules/projects/index.ts';
import { keyOf } from './events.ts';

const LONG = `acme/${'a'.repeat(60)}`;

it('the project of a repository is named like it', () => {
  expect(keyOf('acme/shop')).toBe('gh-acme-shop');
});

it.each([
  ['acme/web.shop', 'acme/web_shop'],
  ['acme/web.shop', 'acme/web-shop'],
  ['acme-web/shop', 'acme/web-shop'],
  ['acme/shop', 'acme/shop.'],
  [`${LONG}x`, `${LONG}y`],
])('%s and %s share no project', (one, other) => {
  expect(keyOf(one)).not.toBe(keyOf(other));
  for (const name of [one, other]) expect(ProjectKey.safeParse(keyOf(name)).error).toBeUndefined();
});

it('one repository has one project, whatever the case of its name', () => {
  for (const name of ['Acme/Shop', 'Acme/Web.Shop']) expect(keyOf(name)).toBe(keyOf(name.toLowerCase()));
});
