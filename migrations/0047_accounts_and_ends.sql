-- What happened in an emergency, written down afterwards, once, by a person who may break glass.
alter table break_glass
  add column account text check (account <> '' and length(account) <= 5000),
  add column account_subject text,
  add column account_at timestamptz,
  add check ((account is null) = (account_at is null) and (account is null) = (account_subject is null)),
  -- Where nothing was let pass, there is nothing to account for.
  add check (account is null or confirmed_at is not null);

-- When an issue came to the end it has now (merged, declined, a duplicate, failed); null: it has not ended. Other changes leave it alone.
alter table work_items add column ended_at timestamptz;
-- Of those that ended before: as the ledger has it.
update work_items w set ended_at = coalesce(
    (select l.occurred_at from ledger_entries l where l.work_item_id = w.id and l.kind = 'work_item.' || w.state order by l.seq desc limit 1),
    w.updated_at)
  where w.state in ('merged', 'duplicate', 'declined', 'failed');
create index work_items_by_end on work_items (ended_at, id) where ended_at is not null;
