-- Tokens, sessions, run-time settings, and answers kept for repeated HTTP requests.

create table tokens (
  id text primary key,
  name text not null check (length(name) between 1 and 120),
  role text not null check (role in ('viewer', 'developer', 'maintainer', 'manager', 'admin', 'agent')),
  person_id text references people (id) on delete restrict,
  -- Set for the short-lived token of one agent run.
  run_id text,
  -- SHA-256 of the secret, which has 256 bits of chance: no salt and no slow hash are needed.
  secret_hash text not null unique,
  hint text not null,
  created_at timestamptz not null default now(),
  created_by text not null,
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz,
  constraint deciding_tokens_belong_to_a_person check (role not in ('developer', 'maintainer', 'manager') or person_id is not null),
  constraint agent_tokens_belong_to_nobody check (role <> 'agent' or person_id is null),
  constraint run_tokens_are_for_agents check (run_id is null or role = 'agent')
);
create index tokens_by_person on tokens (person_id) where person_id is not null;
create index tokens_by_run on tokens (run_id) where run_id is not null;

-- A browser's session: exchanged for a token, and ends with it.
create table sessions (
  secret_hash text primary key,
  token_id text references tokens (id) on delete cascade,
  -- Session of the bootstrap admin token, which has no row: hash of the token it was opened with.
  admin_hash text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint opened_with_one_token check ((token_id is null) <> (admin_hash is null))
);
create index sessions_by_expiry on sessions (expires_at);

-- A null value: set back to the default. The row stays, so that the revision never goes back.
create table system_config (
  key text primary key,
  value jsonb,
  revision bigint not null unique,
  updated_at timestamptz not null default now(),
  updated_by text not null
);

create table http_idempotency (
  scope text not null,
  key text not null,
  request_hash text not null,
  -- Null while the first request is at work; its lease is renewed until it answers.
  status integer,
  lease_until timestamptz not null,
  headers jsonb not null default '{}',
  body text,
  secret boolean not null default false,
  created_at timestamptz not null default now(),
  primary key (scope, key)
);
create index http_idempotency_by_age on http_idempotency (created_at);
