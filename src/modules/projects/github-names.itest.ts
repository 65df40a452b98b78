import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from '#platform/db/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { MIGRATIONS } from '../../../test/kit/server.ts';

let before: TestDatabase;
beforeAll(async () => {
  const names = readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql'));
  before = await createTestDatabase({ migrations: names.filter((name) => name < '0033').toSorted() });
});
afterAll(() => before.close());

it('an installation that took a repository of GitHub in twice, in two spellings, keeps the first, and never more allowlisted than both were', async () => {
  await before.pool.query("insert into projects (id, key, name, settings) values ('p', 'shop', 'Shop', '{}')");
  const add = (id: string, forge: string, name: string, allowlisted: boolean) =>
    before.pool.query("insert into repositories (id, project_id, forge, name, default_branch, allowlisted) values ($1, 'p', $2, $3, 'main', $4)", [
      id,
      forge,
      name,
      allowlisted,
    ]);
  await add('r1', 'github', 'acme/shop', false);
  await add('r2', 'github', 'Acme/Shop', true);
  await add('r3', 'github', 'acme/web', true);
  await add('r4', 'github', 'acme/Web', false);
  await add('r5', 'github', 'acme/list', true);
  await add('r6', 'github', 'acme/hand', true);
  await add('r7', 'local', 'acme/shop', true);
  await add('r8', 'local', 'Acme/Shop', true);
  const payload = JSON.stringify({ before: { allowlisted: false }, after: { allowlisted: true } });
  await before.pool.query(
    `insert into ledger_entries (seq, occurred_at, kind, subject, actor, payload, prev_hash, hash)
      values (1, now(), 'repository.changed', 'r6', 'person:ann', $1, repeat('0', 64), repeat('1', 64))`,
    [payload],
  );
  await migrate(before.pool, MIGRATIONS);
  const { rows } = await before.pool.query('select id, name, allowlisted, allowlisted_by from repositories order by id');
  const row = (id: string, name: string, by: string | null) => ({ id, name, allowlisted: by !== null, allowlisted_by: by });
  expect(rows).toEqual([
    row('r1', 'acme/shop', null),
    row('r2', 'Acme/Shop~r2', null),
    row('r3', 'acme/web', null),
    row('r4', 'acme/Web~r4', null),
    row('r5', 'acme/list', 'operator'),
    row('r6', 'acme/hand', 'person'),
    row('r7', 'acme/shop', 'operator'),
    row('r8', 'Acme/Shop', 'operator'),
  ]);
});
