-- The merge queue: change requests with their whole contents, the append-only journal of what became of each, and the
-- leases that make one worker at a time the writer of a target branch.

create table change_requests (
  id text primary key,
  project_id text not null references projects (id) on delete restrict,
  repository_id text not null references repositories (id) on delete restrict,
  work_item_id text references work_items (id) on delete restrict,
  target text not null check (target <> ''),
  task_id text not null check (task_id <> ''),
  attempt integer not null check (attempt >= 1),
  -- `json`, not `jsonb`: file contents may hold NUL characters, which jsonb cannot store, and must come back byte for byte.
  document json not null,
  -- SHA-256 of the canonical form of the document as it was sent: tells a repeated submission from a different one.
  body_sha256 text not null check (body_sha256 ~ '^[0-9a-f]{64}$'),
  submitted_by text not null,
  -- Smaller lands first.
  priority integer not null default 2 check (priority between 0 and 9),
  publish jsonb not null check (publish ->> 'kind' in ('mirror', 'action')),
  notify_workflow text,
  -- Sentences for the submitter: what was stripped, why the risk was raised.
  notes jsonb not null default '[]',
  submitted_tree text not null,
  -- Lines added and deleted per path as submitted: what every landing must show again.
  effect json not null,
  state text not null default 'queued' check (state in ('queued', 'merging', 'verifying', 'publishing', 'landed', 'quarantined', 'dropped', 'already_landed')),
  version integer not null default 1,
  rung text check (rung in ('R0', 'R1', 'R2', 'R3', 'R4', 'R5')),
  retries integer not null default 0,
  -- How often the target moved between verifying and publishing.
  base_moves integer not null default 0,
  -- Not tried before this instant (back-off after a fault).
  not_before timestamptz,
  last_error text,
  quarantine json,
  -- What was merged and is being verified or published: {head, tree, commit, rung}.
  candidate jsonb,
  -- The tree the project's checks passed on.
  verified_tree text,
  landed_commit text,
  landed_tree text,
  submitted_at timestamptz not null default now(),
  landed_at timestamptz,
  updated_at timestamptz not null default now(),
  constraint change_requests_attempt_taken unique (repository_id, task_id, attempt),
  constraint change_requests_landed check (state <> 'landed' or (landed_commit is not null and landed_tree is not null and landed_at is not null)),
  constraint change_requests_quarantined check ((state = 'quarantined') = (quarantine is not null)),
  constraint change_requests_candidate check (state not in ('verifying', 'publishing') or candidate is not null)
);
create index change_requests_active on change_requests (repository_id, target, submitted_at) where state in ('queued', 'merging', 'verifying', 'publishing');
create index change_requests_by_task on change_requests (task_id, attempt);
create index change_requests_by_work_item on change_requests (work_item_id) where work_item_id is not null;
create index change_requests_by_project on change_requests (project_id, id);
create index change_requests_by_target on change_requests (repository_id, target, state);

-- One row per transition, never changed: replaying the landed rows of a target in order rebuilds its branch.
create table change_request_journal (
  change_request_id text not null references change_requests (id) on delete restrict,
  -- The entry's version after the transition.
  version integer not null,
  at timestamptz not null default now(),
  event text not null,
  from_state text,
  to_state text not null,
  -- `person:<handle>`, `token:<id>`, or `queue` with the worker and its lease epoch in the detail.
  actor text not null,
  detail json not null default '{}',
  primary key (change_request_id, version)
);

create table queue_targets (
  repository_id text not null references repositories (id) on delete restrict,
  target text not null,
  lease_owner text,
  -- Raised at each take-over: the fencing token. It never goes back.
  lease_epoch bigint not null default 0,
  lease_expires_at timestamptz,
  updated_at timestamptz not null default now(),
  primary key (repository_id, target)
);
