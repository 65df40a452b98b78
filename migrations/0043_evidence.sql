-- What the ledger and the records of changes are searched by, and what came of verifying the ledger.

-- Whom and what an entry names: people, agents and tokens; ids of rows; a number on a forge (`local:acme/shop#12`, lower case); a model
-- (`model:fable`) and its version (`model:fable@2026-11`). Made of the entry alone, so it can say nothing that the entry does not.
create function ledger_names(actor text, subject text, work_item_id text, payload jsonb) returns text[]
  language plpgsql immutable parallel safe cost 2000 as $$
declare
  names text[] := array(select left(value #>> '{}', 200) from jsonb_path_query(payload,
    'strict $.** ? (@.type() == "string" && (@ starts with "person:" || @ starts with "agent:" || @ starts with "token:"
      || @ like_regex "^[a-z]{2,4}_[0-9A-HJKMNP-TV-Z]{26}$"))') as value);
  target jsonb := payload -> 'target';
  model text := payload ->> 'model';
  version text := coalesce(payload ->> 'model_version', payload ->> 'version');
begin
  if actor <> 'system' then
    names := names || left(actor, 200);
  end if;
  names := names || left(subject, 200);
  if work_item_id is not null then
    names := names || work_item_id;
  end if;
  if jsonb_typeof(target -> 'number') = 'number' then
    names := names || lower(concat(target ->> 'forge', ':', target ->> 'repo', '#', target ->> 'number'));
  end if;
  -- A handle, without a word before it.
  if jsonb_typeof(payload -> 'trigger_user') = 'string' then
    names := names || left('person:' || (payload ->> 'trigger_user'), 200);
  end if;
  if model is not null then
    names := names || ('model:' || left(model, 200));
    if version is not null then
      names := names || ('model:' || left(model, 200) || '@' || left(version, 200));
    end if;
  end if;
  return names;
end
$$;

create index ledger_entries_names on ledger_entries using gin (ledger_names(actor, subject, work_item_id, payload));

-- Walks of the ledger that somebody asked for. No evidence: the ledger can be walked again at any time.
create table ledger_verifications (
  number bigint generated always as identity primary key,
  asked_by text not null,
  from_seq bigint not null check (from_seq >= 1),
  to_seq bigint not null check (to_seq >= from_seq - 1),
  -- Entries that were found good so far.
  checked bigint not null default 0,
  state text not null default 'running' check (state in ('running', 'verified', 'failed', 'broken_off')),
  first_bad_seq bigint,
  -- What is wrong with the ledger, or why the walk was broken off.
  reason text,
  started_at timestamptz not null default clock_timestamp(),
  -- Told by the process that walks; one that is silent has died.
  beat_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  check ((state = 'running') = (ended_at is null))
);

-- Records by the models that had a part in a change, and by its commit.
create index compliance_records_models on compliance_records using gin ((record -> 'models') jsonb_path_ops);
create index compliance_records_commit on compliance_records ((record ->> 'commit')) where record ->> 'commit' is not null;
