-- Work items with their dependencies, and what arrived from outside: normalised events and the raw deliveries beside them.

create table work_items (
  id text primary key,
  project_id text not null references projects (id) on delete restrict,
  repository_id text references repositories (id) on delete restrict,
  source text not null check (source <> ''),
  external_id text not null check (external_id <> ''),
  number integer check (number > 0),
  title text not null check (title <> ''),
  body text not null default '',
  url text,
  type text check (type in ('bug', 'feature', 'refactor', 'docs', 'chore', 'question')),
  state text not null default 'new' check (state in ('new', 'triaged', 'needs_info', 'planned', 'awaiting_approval',
    'in_progress', 'in_review', 'awaiting_merge', 'merged', 'duplicate', 'declined', 'failed')),
  state_reason text,
  priority text not null default 'P2' check (priority in ('P0', 'P1', 'P2', 'P3')),
  size text check (size in ('XS', 'S', 'M', 'L', 'XL')),
  labels text[] not null default '{}',
  assignee text,
  requested_by text,
  author text,
  duplicate_of text references work_items (id) on delete restrict check (duplicate_of <> id),
  parent_id text references work_items (id) on delete restrict check (parent_id <> id),
  target_branch text,
  external_updated_at timestamptz,
  -- Grows by one with each change: what a client sends back to prove that it saw the newest.
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint work_items_external_id_taken unique (source, external_id)
);
create unique index work_items_number_taken on work_items (repository_id, number) where number is not null;
create index work_items_by_project on work_items (project_id, id);
create index work_items_by_state on work_items (state, id);
create index work_items_by_assignee on work_items (assignee) where assignee is not null;
create index work_items_by_label on work_items using gin (labels);
create index work_items_by_parent on work_items (parent_id) where parent_id is not null;
create index work_items_by_original on work_items (duplicate_of) where duplicate_of is not null;

create table work_dependencies (
  blocker_id text not null references work_items (id) on delete restrict,
  blocked_id text not null references work_items (id) on delete restrict,
  created_at timestamptz not null default now(),
  primary key (blocker_id, blocked_id),
  check (blocker_id <> blocked_id)
);
create index work_dependencies_by_blocked on work_dependencies (blocked_id);

-- Kept for good, so that a delivery repeated after the raw bytes are gone is still known.
create table events (
  id text primary key,
  source text not null check (source <> ''),
  delivery_id text not null check (delivery_id <> ''),
  kind text not null,
  forge text,
  repository text,
  number integer,
  -- The normalised document; null where nothing was recognised.
  document jsonb,
  -- Why nothing was recognised.
  note text,
  occurred_at timestamptz not null,
  received_at timestamptz not null default now(),
  constraint events_delivery_seen unique (source, delivery_id)
);
create index events_by_kind on events (kind, id);
create index events_by_subject on events (forge, repository, number, id);

create table raw_events (
  event_id text primary key references events (id) on delete cascade,
  headers jsonb not null,
  body bytea not null,
  received_at timestamptz not null default now()
);
create index raw_events_by_age on raw_events (received_at);
