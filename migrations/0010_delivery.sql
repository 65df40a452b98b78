-- The story of a work item: one row per generation (a failed or answered story starts the next one).
create table stories (
  work_item_id text not null references work_items (id) on delete cascade,
  generation integer not null check (generation > 0),
  workflow_id text not null unique,
  kind text not null check (kind in ('issue', 'request')),
  started_by text not null,
  options jsonb not null default '{}',
  ended_as text,
  detail text,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (work_item_id, generation)
);

-- Pull requests Reeve opened or follows.
create table pulls (
  id text primary key,
  work_item_id text references work_items (id) on delete set null,
  project_id text not null references projects (id),
  repository_id text not null references repositories (id),
  number integer not null,
  title text not null,
  state text not null check (state in ('open', 'merged', 'closed')),
  draft boolean not null,
  head_branch text not null,
  base_branch text not null,
  head_sha text not null,
  merge_sha text,
  url text not null,
  review jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (repository_id, number)
);
create index pulls_by_work_item on pulls (work_item_id);

-- Results of checks per head commit, from a forge's CI or from Reeve's own verification (source says which).
create table ci_results (
  id text primary key,
  project_id text not null references projects (id),
  repository_id text not null references repositories (id),
  pull_id text references pulls (id) on delete set null,
  work_item_id text references work_items (id) on delete set null,
  head_sha text not null,
  name text not null,
  source text not null,
  conclusion text not null check (conclusion in ('success', 'failure', 'cancelled', 'neutral', 'pending')),
  duration_ms integer,
  summary text not null default '',
  created_at timestamptz not null default now(),
  unique (repository_id, head_sha, name, source)
);
