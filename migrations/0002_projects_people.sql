-- Projects with their repositories; people with their identities on other systems, and teams.

create table projects (
  id text primary key,
  key text not null constraint projects_key_taken unique check (key ~ '^[a-z0-9][a-z0-9-]{0,38}$'),
  name text not null check (name <> ''),
  settings jsonb not null check (jsonb_typeof(settings) = 'object'),
  opted_out boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table repositories (
  id text primary key,
  project_id text not null references projects (id) on delete restrict,
  forge text not null check (forge in ('local', 'path', 'github')),
  name text not null check (name <> ''),
  default_branch text not null check (default_branch <> ''),
  tier text not null default 'standard' check (tier in ('core', 'standard', 'sandbox')),
  allowlisted boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint repositories_name_taken unique (forge, name)
);
create index repositories_by_project on repositories (project_id, id);

create table people (
  id text primary key,
  handle text not null constraint people_handle_taken unique check (handle ~ '^[a-z0-9][a-z0-9._-]{0,38}$'),
  name text not null check (name <> ''),
  email text,
  skills text[] not null default '{}',
  capacity_hours_per_week double precision not null default 32 check (capacity_hours_per_week between 0 and 80),
  timezone text not null default 'UTC',
  wip_limit integer not null default 3 check (wip_limit between 0 and 50),
  role text not null default 'developer' check (role in ('viewer', 'developer', 'maintainer', 'manager', 'admin')),
  owns text[] not null default '{}',
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
-- One mailbox is one person: mail and single sign-on find people by it.
create unique index people_email_taken on people (lower(email)) where email is not null;

create table identities (
  id text primary key,
  source text not null check (source <> ''),
  external_id text not null check (external_id <> ''),
  person_id text not null references people (id) on delete restrict,
  created_at timestamptz not null default now(),
  constraint identities_external_id_taken unique (source, external_id)
);
create index identities_by_person on identities (person_id);

create table teams (
  id text primary key,
  key text not null constraint teams_key_taken unique check (key ~ '^[a-z0-9][a-z0-9-]{0,38}$'),
  name text not null check (name <> ''),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- A membership is part of its team, but a reason to keep the person.
create table team_members (
  team_id text not null references teams (id) on delete cascade,
  person_id text not null references people (id) on delete restrict,
  primary key (team_id, person_id)
);
create index team_members_by_person on team_members (person_id);
