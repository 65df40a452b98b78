-- Actions: everything Reeve wants to do to the outside world, and what became of it. Evidence: rows outlive the projects
-- and work items they name, hence no foreign keys to those.
create table actions (
  id text primary key,
  idempotency_key text not null unique check (length(idempotency_key) between 1 and 500),
  -- SHA-256 over the proposal; tells the same request from another one under the same key.
  request_hash text not null check (request_hash ~ '^[0-9a-f]{64}$'),
  kind text not null,
  -- What the digest covers, exactly.
  record jsonb not null,
  digest text not null unique check (digest ~ '^[0-9a-f]{64}$'),
  status text not null check (status in
    ('pending', 'approved', 'executing', 'executed', 'failed', 'declined', 'expired', 'superseded', 'denied', 'shadowed')),
  decision jsonb not null,
  -- What the proposer said about the circumstances; weighed again at execution.
  facts jsonb not null,
  -- Who allowed it: {by: 'policy', rule} or {by: 'people', voters}. Null until allowed.
  "authorization" jsonb,
  project_id text,
  work_item_id text,
  notify_workflow text,
  -- Who runs it once allowed: the proposing code, or the executor's own sweep.
  run_by text not null default 'caller' check (run_by in ('caller', 'executor')),
  supersedes text references actions (id),
  superseded_by text references actions (id),
  outcome jsonb,
  attempt integer not null default 0 check (attempt >= 0),
  last_error text,
  next_attempt_at timestamptz,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  executed_at timestamptz,
  check (expires_at > created_at)
);
create index actions_status on actions (status, id);
create index actions_kind on actions (kind, id);
create index actions_work_item on actions (work_item_id, id) where work_item_id is not null;
create index actions_due on actions (next_attempt_at nulls first, id) where run_by = 'executor' and status in ('approved', 'executing');

-- Written before an effect starts: a crash leaves an intent without a receipt, never an effect without an intent.
create table action_intents (
  action_id text not null references actions (id),
  attempt integer not null check (attempt > 0),
  executor_id text not null,
  executor_epoch bigint not null,
  policy_hash text not null,
  context jsonb not null,
  started_at timestamptz not null default now(),
  primary key (action_id, attempt)
);

-- One per executed action, by its key.
create table action_receipts (
  action_id text primary key references actions (id),
  digest text not null,
  attempt integer not null,
  result jsonb not null,
  executed_at timestamptz not null default now(),
  foreign key (action_id, attempt) references action_intents (action_id, attempt)
);

-- The pending side of an action that needs people; same id.
create table approvals (
  id text primary key references actions (id),
  digest text not null,
  status text not null default 'pending' check (status in ('pending', 'approved', 'declined', 'modified', 'expired', 'withdrawn')),
  mode text not null check (mode in ('ask', 'require_approval')),
  approvers text[] not null check (cardinality(approvers) > 0),
  needed integer not null check (needed >= 1),
  -- People who said yes. In the row itself, so that one statement decides a race.
  yes_by text[] not null default '{}',
  decided_by text,
  decided_at timestamptz,
  reason text,
  self_approved boolean not null default false,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  check ((status = 'pending') = (decided_at is null)),
  check (status <> 'approved' or cardinality(yes_by) >= needed)
);
create index approvals_status on approvals (status, id);
create index approvals_due on approvals (expires_at) where status = 'pending';

create table approval_votes (
  approval_id text not null references approvals (id),
  person_id text not null,
  subject text not null,
  role text not null,
  decision text not null check (decision in ('approve', 'decline', 'modify')),
  reason text,
  voted_at timestamptz not null default now(),
  primary key (approval_id, person_id)
);
