-- Every policy text that was ever in force for the organisation, oldest first. Evidence: rows are never changed.
create table policy_versions (
  nr bigint primary key check (nr >= 1),
  -- SHA-256 over JCS of the checked document.
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  text text not null check (length(text) <= 200000),
  -- For people: a path, `default`, a commit of a repository.
  source text not null,
  activated_at timestamptz not null default clock_timestamp(),
  activated_by text not null,
  -- The approved action that put it in force, once; null where the text came with the installation.
  action_id text unique
);

create function policy_versions_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'policy versions are append-only: % is refused', tg_op using errcode = '42501';
end $$;
create trigger policy_versions_append_only before update or delete on policy_versions for each row execute function policy_versions_refuse();
create trigger policy_versions_no_truncate before truncate on policy_versions for each statement execute function policy_versions_refuse();
