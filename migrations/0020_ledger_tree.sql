-- The ledger as a Merkle tree (RFC 6962), checkpoints kept elsewhere as well, personal data that can be erased, and the
-- compliance records that are made of what was recorded.

-- Hashes of complete subtrees of two entries and more; single entries are hashed from `ledger_entries.hash` when they are needed.
create table ledger_nodes (
  -- The subtree covers the 2^level entries that end with this one.
  last_seq bigint not null check (last_seq > 0),
  level smallint not null check (level between 1 and 62),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  primary key (last_seq, level)
);

-- Roots of the complete subtrees the whole tree consists of, largest first, and a name that no other ledger has.
alter table ledger_head add column peaks text[] not null default '{}';
alter table ledger_head add column origin text not null default 'reeve-' || gen_random_uuid();

create temporary table tree_of_entries on commit drop as
  select seq as last_seq, 0 as level, sha256('\x00'::bytea || decode(hash, 'hex')) as hash from ledger_entries;

do $$
declare
  current_level integer := 0;
  rows_made bigint;
begin
  loop
    current_level := current_level + 1;
    insert into tree_of_entries
      select r.last_seq, current_level, sha256('\x01'::bytea || l.hash || r.hash)
      from tree_of_entries r
      join tree_of_entries l on l.level = current_level - 1 and l.last_seq = r.last_seq - (1::bigint << (current_level - 1))
      where r.level = current_level - 1 and r.last_seq % (1::bigint << current_level) = 0;
    get diagnostics rows_made = row_count;
    exit when rows_made = 0;
  end loop;
end
$$;

insert into ledger_nodes (last_seq, level, hash) select last_seq, level, encode(hash, 'hex') from tree_of_entries where level > 0;

alter table ledger_head disable trigger ledger_head_grows;
update ledger_head h set peaks = coalesce((
  select array_agg(encode(t.hash, 'hex') order by t.level desc)
  from tree_of_entries t
  where (h.seq >> t.level) % 2 = 1 and t.last_seq = (h.seq >> t.level) << t.level), '{}');
alter table ledger_head enable trigger ledger_head_grows;

-- Signed statements of what the ledger was, in order; `document` is {checkpoint, public_key} as it is published.
create table ledger_checkpoints (
  number bigint primary key check (number > 0),
  tree_size bigint not null check (tree_size > 0),
  at timestamptz not null,
  document jsonb not null
);

-- How far each place outside has got. `published` is the number of the last checkpoint it has.
create table ledger_places (
  place text primary key,
  published bigint not null default 0,
  published_at timestamptz,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  last_error text
);

-- What ledger payloads hold as {"commitment": …}: HMAC-SHA256 over the value's JCS, with the salt as its key. Erasing takes
-- value and salt; what is left cannot be guessed from.
create table ledger_personal (
  commitment text primary key check (commitment ~ '^[0-9a-f]{64}$'),
  -- Id of the person the value is about.
  subject text not null,
  field text not null,
  value jsonb,
  salt text,
  created_at timestamptz not null default now(),
  erased_at timestamptz,
  check ((erased_at is null) = (salt is not null)),
  check ((erased_at is null) = (value is not null))
);
create index ledger_personal_subject on ledger_personal (subject);

create trigger ledger_nodes_append_only before update or delete on ledger_nodes for each row execute function ledger_refuse();
create trigger ledger_nodes_no_truncate before truncate on ledger_nodes for each statement execute function ledger_refuse();
create trigger ledger_checkpoints_append_only before update or delete on ledger_checkpoints for each row execute function ledger_refuse();
create trigger ledger_checkpoints_no_truncate before truncate on ledger_checkpoints for each statement execute function ledger_refuse();

-- One row per landing of a change request and per merged pull request, made from what was recorded; `record` is what `sha256`
-- (over its JCS) and the ledger entry `compliance.recorded` vouch for. Evidence: no foreign keys.
create table compliance_records (
  id text primary key,
  -- Without gaps: a record that is missing from a population shows.
  number bigint not null unique check (number > 0),
  kind text not null check (kind in ('landing', 'pull_request')),
  -- Id of the change request, or of the action that merged.
  subject text not null,
  project_id text not null,
  work_item_id text,
  pull_id text,
  people text[] not null default '{}',
  changed_at timestamptz not null,
  recorded_at timestamptz not null,
  record jsonb not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  unique (kind, subject)
);
create index compliance_records_project on compliance_records (project_id, number);
create index compliance_records_pull on compliance_records (pull_id) where pull_id is not null;
create index compliance_records_changed_at on compliance_records (changed_at);
create index compliance_records_people on compliance_records using gin (people);

-- Policies as they were in force when a record was made, by their SHA-256.
create table compliance_texts (
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  text text not null
);

create trigger compliance_records_append_only before update or delete on compliance_records for each row execute function ledger_refuse();
create trigger compliance_records_no_truncate before truncate on compliance_records for each statement execute function ledger_refuse();
create trigger compliance_texts_append_only before update or delete on compliance_texts for each row execute function ledger_refuse();
create trigger compliance_texts_no_truncate before truncate on compliance_texts for each statement execute function ledger_refuse();

-- What the change-management system of the customer is told; `dead` after the last try, visible until somebody sends it again.
create table compliance_deliveries (
  -- No foreign key: its check would need the right to update a record.
  record_id text primary key,
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'dead')),
  attempts integer not null default 0 check (attempts >= 0),
  next_attempt_at timestamptz not null default now(),
  last_error text,
  delivered_at timestamptz
);
create index compliance_deliveries_due on compliance_deliveries (next_attempt_at) where state = 'waiting';

-- Also while `session_replication_role` is `replica`, which is the quiet way round a trigger.
do $$
declare
  one record;
begin
  for one in
    select tgrelid::regclass as tab, tgname from pg_trigger
    where not tgisinternal and tgfoid in ('ledger_refuse'::regproc, 'ledger_head_only_grows'::regproc)
  loop
    execute format('alter table %s enable always trigger %I', one.tab, one.tgname);
  end loop;
end
$$;

-- The role that runs Reeve may not change evidence even where no trigger is asked. A superuser (the embedded server's only role)
-- is above grants: there the triggers hold, and whoever switches those off is found by a checkpoint kept elsewhere.
revoke update, delete, truncate on ledger_entries, ledger_nodes, ledger_checkpoints, compliance_records, compliance_texts from public, current_user;
revoke delete, truncate on ledger_head from public, current_user;
