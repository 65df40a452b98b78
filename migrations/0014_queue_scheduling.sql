-- Scheduling of the merge queue: builds and lanes, the control of a target, what its verifications took, who holds which files.

alter table change_requests
  -- The build it is in: {id, kind, lane, position, size}; null while it waits.
  add column build jsonb,
  -- A head on which it passed in its lane: {head, tree}; it lands with the combined tree.
  add column proven_on jsonb,
  -- Set while the culprit of a failed build is looked for: {group, cap}.
  add column suspicion jsonb,
  -- The last judgement whose fault a failure was: {kind, detail, with, runs}.
  add column attribution jsonb,
  -- How far behind its target it was at submission, and what a rebase gave: {behind, overBudget, head, rebase, paths}.
  add column freshness json;

alter table queue_targets
  add column control text not null default 'running' check (control in ('running', 'paused', 'draining')),
  add column control_by text,
  add column control_reason text,
  add column control_at timestamptz,
  -- Most change requests in one build of a lane: grows by one when a build passes, is halved when one fails.
  add column batch_limit integer not null default 2 check (batch_limit >= 1),
  -- The last commit the queue itself put on the branch: anything else there came from outside.
  add column landed_commit text,
  -- The head as last announced to whoever works on top of it.
  add column announced_commit text,
  -- Landed before the combined tree was verified: {good, members}; null when every landed tree was verified.
  add column audit jsonb;

-- One row per change of a target's control, never changed.
create table queue_target_journal (
  repository_id text not null references repositories (id) on delete restrict,
  target text not null,
  ordinal bigint generated always as identity,
  at timestamptz not null default now(),
  -- `paused`, `resumed`, `draining`, `drained`.
  event text not null,
  from_control text not null,
  to_control text not null,
  -- `person:<handle>`, `token:<id>` or `queue`.
  actor text not null,
  reason text,
  primary key (repository_id, target, ordinal)
);

-- One row per run of the checks on a tree: what a landing costs, how long one takes, and which trees are known to pass.
create table queue_verifications (
  id bigint generated always as identity primary key,
  repository_id text not null references repositories (id) on delete restrict,
  target text not null,
  build_id text not null,
  -- `lane`, `join`, or what a judgement asked: `again`, `submitted`, `head`; `audit` after a landing.
  purpose text not null,
  lane integer not null,
  tree text not null,
  members integer not null,
  outcome text not null check (outcome in ('passed', 'failed', 'infrastructure')),
  duration_ms bigint not null check (duration_ms >= 0),
  at timestamptz not null default clock_timestamp()
);
create index queue_verifications_recent on queue_verifications (repository_id, target, id desc);
create index queue_verifications_by_tree on queue_verifications (repository_id, tree, id desc);

-- Leases of tasks on file scopes, on the database's clock: while one lives, change requests of other tasks may not touch its files.
create table queue_scope_claims (
  task_id text not null check (task_id <> ''),
  repository_id text not null references repositories (id) on delete restrict,
  target text not null,
  globs jsonb not null,
  claimed_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  primary key (repository_id, target, task_id)
);
create index queue_scope_claims_living on queue_scope_claims (repository_id, target, expires_at);
