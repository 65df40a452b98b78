-- Access tokens signed by keys of our own, tokens limited to projects and permissions, service accounts, sessions of people, and
-- signing in through an identity provider.

-- Public halves only: the private half stays in a file of the process that signs, so that who reads the database can forge nothing.
create table signing_keys (
  id text primary key,
  algorithm text not null check (algorithm = 'EdDSA'),
  public_jwk jsonb not null check (not public_jwk ? 'd'),
  created_at timestamptz not null default now(),
  -- Null: signs. Set: only verifies, until then.
  retires_at timestamptz
);

alter table tokens
  -- Null: every project, every permission of the role.
  add column projects text[] check (cardinality(projects) > 0),
  add column permissions text[] check (cardinality(permissions) > 0),
  -- Name of the service account it belongs to; such a token acts and never decides.
  add column service text check (service ~ '^[a-z0-9][a-z0-9._-]{0,38}$'),
  drop constraint deciding_tokens_belong_to_a_person,
  add constraint deciding_tokens_belong_to_a_person
    check (role not in ('developer', 'maintainer', 'manager') or person_id is not null or service is not null),
  add constraint service_tokens_belong_to_no_person check (service is null or person_id is null),
  add constraint service_tokens_hold_a_working_role check (service is null or role in ('viewer', 'developer', 'maintainer'));
create index tokens_by_service on tokens (service) where service is not null;

-- A person with rows here sees these projects and no other; a person without sees all.
create table person_projects (
  person_id text not null references people (id) on delete cascade,
  project_id text not null references projects (id) on delete cascade,
  primary key (person_id, project_id)
);
create index person_projects_by_project on person_projects (project_id);

alter table sessions
  add column id text,
  -- A person who signed in through an identity provider, with the role its claims gave; null: the role they have here.
  add column person_id text references people (id) on delete cascade,
  add column role text check (role in ('viewer', 'developer', 'maintainer', 'manager', 'admin')),
  add column provider text,
  add column user_agent text,
  add column last_seen_at timestamptz not null default now(),
  drop constraint opened_with_one_token,
  add constraint opened_with_one_thing check (num_nonnulls(token_id, admin_hash, person_id) = 1),
  add constraint signed_in_with_a_role check (role is null or person_id is not null);
update sessions set id = 'ses_' || upper(substr(secret_hash, 1, 26));
alter table sessions alter column id set not null, add constraint sessions_id_taken unique (id);
create index sessions_by_person on sessions (person_id) where person_id is not null;

-- A sign-in under way; its row is taken once.
create table login_attempts (
  -- SHA-256 of the state (OIDC), or the id of the request (SAML).
  id text primary key,
  provider text not null,
  -- SHA-256 of the cookie of the browser that began it.
  browser_hash text not null,
  nonce text,
  code_verifier text,
  -- Where to go afterwards: a path of ours.
  return_to text not null,
  -- Set when the command line of that machine waits for a token: its port on the loopback interface and its PKCE challenge.
  cli_port integer check (cli_port between 1024 and 65535),
  cli_challenge text,
  cli_state text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  check (num_nonnulls(cli_port, cli_challenge, cli_state) in (0, 3))
);
create index login_attempts_by_expiry on login_attempts (expires_at);

-- What a sign-in gave, waiting to be fetched once: by the browser (a session) or by the command line (a token).
create table login_codes (
  code_hash text primary key,
  person_id text not null references people (id) on delete cascade,
  role text check (role in ('viewer', 'developer', 'maintainer', 'manager', 'admin')),
  provider text not null,
  -- One of: the browser's cookie, the command line's challenge.
  browser_hash text,
  challenge text,
  return_to text not null,
  expires_at timestamptz not null,
  check (num_nonnulls(browser_hash, challenge) = 1)
);
create index login_codes_by_expiry on login_codes (expires_at);

-- Which project a row belongs to, for every kind of id that belongs to one: the one place that membership is asked of.
create view project_of as
  select id, id as project_id from projects
  union all select id, project_id from repositories
  union all select id, project_id from work_items
  union all select plans.id, work_items.project_id from plans join work_items on work_items.id = plans.work_item_id
  union all select tasks.id, work_items.project_id from tasks join work_items on work_items.id = tasks.work_item_id
  union all select id, project_id from agent_runs
  union all select id, project_id from agent_questions
  union all select id, project_id from actions
  union all select id, project_id from change_requests
  union all select id, project_id from queue_rollbacks
  union all select id, project_id from pulls
  union all select id, project_id from ci_results
  union all select model_calls.id, work_items.project_id from model_calls join work_items on work_items.id = model_calls.work_item_id;
