-- The embedded forge and tracker: what a hosted one would keep about bare repositories on our own disk.

create table local_repositories (
  name text primary key check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*$'),
  default_branch text not null,
  -- Issues and pull requests share one row of numbers.
  next_number integer not null default 1,
  created_at timestamptz not null default now()
);

create table local_items (
  repository text not null references local_repositories (name) on delete cascade,
  number integer not null check (number > 0),
  kind text not null check (kind in ('issue', 'pull')),
  title text not null check (title <> ''),
  body text not null default '',
  state text not null default 'open' check (state in ('open', 'closed', 'merged')),
  close_reason text check (close_reason in ('completed', 'not_planned', 'duplicate')),
  author text not null,
  assignees text[] not null default '{}',
  labels text[] not null default '{}',
  marker text,
  draft boolean not null default false,
  head_branch text,
  base_branch text,
  -- Last known head; while open, the branch itself is asked.
  head_sha text,
  merge_sha text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (repository, number),
  check ((kind = 'pull') = (head_branch is not null)),
  check ((kind = 'pull') = (base_branch is not null)),
  check (kind = 'pull' or state <> 'merged'),
  check ((state = 'merged') = (merge_sha is not null))
);
create unique index local_items_one_open_pull on local_items (repository, head_branch) where kind = 'pull' and state = 'open';
create unique index local_items_marker_taken on local_items (repository, kind, marker) where marker is not null;

create table local_comments (
  id text primary key,
  repository text not null,
  number integer not null,
  author text not null,
  body text not null,
  marker text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (repository, number) references local_items (repository, number) on delete cascade
);
create unique index local_comments_marker_taken on local_comments (repository, number, marker) where marker is not null;
create index local_comments_by_item on local_comments (repository, number, id);

create table local_checks (
  repository text not null references local_repositories (name) on delete cascade,
  head_sha text not null,
  name text not null,
  conclusion text not null check (conclusion in ('success', 'failure', 'cancelled', 'neutral', 'pending')),
  url text,
  summary text not null default '',
  updated_at timestamptz not null default now(),
  primary key (repository, head_sha, name)
);

-- What a hosted forge would send as webhooks, written with the change itself, so that a crash loses none.
create table local_deliveries (
  seq bigint generated always as identity primary key,
  delivery_id text not null unique,
  type text not null,
  payload jsonb not null,
  created_at timestamptz not null default now(),
  delivered_at timestamptz
);
create index local_deliveries_waiting on local_deliveries (seq) where delivered_at is null;
-- A repeated push asks whether it was told already.
create index local_deliveries_pushes on local_deliveries ((payload ->> 'after')) where type = 'push';
