import type { World } from './world.ts';

/** Everything that an effect could show in: the forge's journal, and what people, rights, rules and decisions are kept in. */
export type State = ReadonlyMap<string, string>;

/** Table, name of a row, what is left out because it changes without anybody's doing. */
const WATCHED: ReadonlyArray<{ table: string; name: string; without?: readonly string[] }> = [
  { table: 'local_repositories', name: 'name' },
  { table: 'local_items', name: `repository || '#' || number`, without: ['updated_at'] },
  { table: 'local_comments', name: `repository || '#' || number || ' ' || coalesce(marker, id)` },
  { table: 'local_reviews', name: 'id' },
  { table: 'local_review_comments', name: 'id' },
  { table: 'pull_fixes', name: 'id' },
  { table: 'reviews', name: 'id' },
  { table: 'local_checks', name: `repository || '@' || head_sha || ' ' || name` },
  { table: 'projects', name: 'id' },
  { table: 'repositories', name: 'id' },
  { table: 'people', name: 'id' },
  { table: 'identities', name: 'id' },
  { table: 'teams', name: 'id' },
  { table: 'team_members', name: 'team_id || person_id' },
  { table: 'tokens', name: 'id', without: ['last_used_at'] },
  { table: 'sessions', name: 'secret_hash' },
  { table: 'system_config', name: 'key' },
  { table: 'policy_versions', name: 'hash' },
  { table: 'approval_votes', name: 'approval_id || person_id' },
  { table: 'change_requests', name: 'id' },
  { table: 'plans', name: 'id' },
  { table: 'tasks', name: 'id', without: ['updated_at'] },
  // A comment of its own moves the time at the tracker.
  { table: 'work_items', name: 'id', without: ['updated_at', 'external_updated_at', 'version'] },
];

export async function stateOf(world: Pick<World, 'query' | 'refs'>): Promise<State> {
  const state = new Map<string, string>();
  for (const { table, name, without = [] } of WATCHED) {
    const dropped = without.map((column) => ` - '${column}'`).join('');
    const rows = await world.query<{ name: string; row: string }>(`select ${name} as name, (to_jsonb(t)${dropped})::text as row from ${table} t`);
    for (const row of rows) state.set(`${table} ${row.name}`, row.row);
  }
  // Approvals that wait are what a refusal to act looks like; decided ones are not.
  for (const row of await world.query<{ id: string; row: string }>(`select id, to_jsonb(a)::text as row from approvals a where status <> 'pending'`))
    state.set(`approvals ${row.id}`, row.row);
  for (const [ref, sha] of Object.entries(world.refs())) state.set(`ref ${ref}`, sha);
  return state;
}

/** `+ name` came, `- name` went, `~ name` is another one. */
export function differences(before: State, after: State): string[] {
  const come = [...after.keys()].filter((name) => !before.has(name)).map((name) => `+ ${name}`);
  const gone = [...before.keys()].filter((name) => !after.has(name)).map((name) => `- ${name}`);
  const other = [...after].filter(([name, row]) => before.has(name) && before.get(name) !== row).map(([name]) => `~ ${name}`);
  return [...come, ...gone, ...other];
}
