import { json, sql, type Queryable, type Tx } from '#platform/db/index.ts';
import type { AgentTest } from './model.probe.ts';

type Said = Pick<AgentTest, 'name' | 'version' | 'protocol' | 'capabilities' | 'authMethods' | 'modes'>;
type Row = Omit<AgentTest, keyof Said | 'advice'> & { said: Said };
export type StoredTest = Omit<AgentTest, 'advice'>;

/** The newest test of an agent replaces the one before; the ledger keeps them all. */
export async function saveTest(tx: Tx, test: StoredTest): Promise<void> {
  const { name, version, protocol, capabilities, authMethods, modes, ...row } = test;
  const said = { name, version, protocol, capabilities, authMethods, modes };
  await tx.run(sql`
    insert into agent_tests (agent, ok, trouble, detail, said, sandbox, sealed, duration_ms, tested_by, tested_at)
    values (${row.agent}, ${row.ok}, ${row.trouble}, ${row.detail}, ${json(said)}, ${row.sandbox}, ${row.sealed}, ${row.durationMs}, ${row.testedBy}, ${row.testedAt})
    on conflict (agent) do update set ok = excluded.ok, trouble = excluded.trouble, detail = excluded.detail, said = excluded.said,
      sandbox = excluded.sandbox, sealed = excluded.sealed, duration_ms = excluded.duration_ms, tested_by = excluded.tested_by,
      tested_at = excluded.tested_at`);
}

export async function allTests(on: Queryable): Promise<StoredTest[]> {
  const rows = await on.all(sql<Row>`select * from agent_tests`);
  return rows.map(({ said, ...row }) => ({ ...row, ...said }));
}
