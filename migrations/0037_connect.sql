-- A connection to a forge that an admin began in a browser; taken once, by the state that comes back.
create table connection_attempts (
  -- SHA-256 of the state.
  id text primary key,
  forge text not null,
  -- Account that is to own the app; null: whoever presses the button.
  organization text,
  -- What the forge is shown: the app's name, addresses, permissions and events. Nothing secret.
  manifest jsonb not null,
  post_to text not null,
  begun_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index connection_attempts_by_expiry on connection_attempts (expires_at);

-- History that was read from a forge later on: it is kept like anything that was heard, and starts nothing.
alter table events add column backfilled boolean not null default false;

-- Reading of a repository's history, one at a time for each.
create table backfills (
  id text primary key,
  repository_id text not null references repositories (id) on delete cascade,
  -- What was last changed before is left out; null: all of it.
  since timestamptz,
  state text not null check (state in ('running', 'paused', 'done', 'failed')),
  -- The forge asked to be left alone until then.
  waits_until timestamptz,
  problem text,
  started_by text not null,
  -- Which workflow carries it on: raised each time it is set going again.
  generation integer not null default 1,
  started_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  finished_at timestamptz
);
create unique index backfills_under_way on backfills (repository_id) where state in ('running', 'paused');
create index backfills_by_repository on backfills (repository_id, started_at);

create table backfill_parts (
  backfill_id text not null references backfills (id) on delete cascade,
  -- `issues`, `issue_comments`, `pulls`, …
  part text not null,
  position integer not null,
  -- Where it goes on; null: at its beginning.
  cursor text,
  pages integer not null default 0,
  -- What the forge showed, and how much of it was stored.
  seen integer not null default 0,
  stored integer not null default 0,
  done boolean not null default false,
  -- Why there is nothing to read (a permission that is missing).
  note text,
  primary key (backfill_id, part)
);

-- Whether a pending action of high risk would be done after a yes: what the guard of its branch said when it was last asked.
create table action_guards (
  action_id text primary key references actions (id) on delete cascade,
  -- Why it would be refused; null: it would not.
  refusal text,
  looked_at timestamptz not null default now()
);
