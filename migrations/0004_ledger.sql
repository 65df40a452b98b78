-- The ledger: one sequence, one hash chain, append-only. Rows outlive what they are about, hence no foreign keys.
create table ledger_entries (
  seq bigint primary key check (seq > 0),
  occurred_at timestamptz not null,
  kind text not null check (length(kind) between 1 and 200),
  subject text not null check (length(subject) between 1 and 500),
  actor text not null check (length(actor) between 1 and 500),
  project_id text,
  work_item_id text,
  payload jsonb not null,
  prev_hash text not null check (prev_hash ~ '^[0-9a-f]{64}$'),
  hash text not null unique check (hash ~ '^[0-9a-f]{64}$')
);

create index ledger_entries_subject on ledger_entries (subject, seq);
create index ledger_entries_kind on ledger_entries (kind, seq);
create index ledger_entries_actor on ledger_entries (actor, seq);
create index ledger_entries_project on ledger_entries (project_id, seq) where project_id is not null;
create index ledger_entries_work_item on ledger_entries (work_item_id, seq) where work_item_id is not null;
create index ledger_entries_occurred_at on ledger_entries (occurred_at, seq);

-- The end of the chain. Its row lock orders writers; its sequence shows a tail that was cut off.
create table ledger_head (
  id smallint primary key default 1 check (id = 1),
  seq bigint not null check (seq >= 0),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  occurred_at timestamptz not null
);
insert into ledger_head (id, seq, hash, occurred_at) values (1, 0, repeat('0', 64), 'epoch');

create function ledger_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only: % on % is refused', tg_op, tg_table_name using errcode = '42501';
end
$$;

create function ledger_head_only_grows() returns trigger language plpgsql as $$
begin
  if new.seq <= old.seq then
    raise exception 'the ledger head never moves back (% to %)', old.seq, new.seq using errcode = '42501';
  end if;
  return new;
end
$$;

create trigger ledger_entries_append_only before update or delete on ledger_entries for each row execute function ledger_refuse();
create trigger ledger_entries_no_truncate before truncate on ledger_entries for each statement execute function ledger_refuse();
create trigger ledger_head_no_delete before delete on ledger_head for each row execute function ledger_refuse();
create trigger ledger_head_no_truncate before truncate on ledger_head for each statement execute function ledger_refuse();
create trigger ledger_head_grows before update on ledger_head for each row execute function ledger_head_only_grows();
