-- What triage found, what was planned, and every question to a language model with its answer and price.

-- One row per triage run; the newest is `current`, the others are history.
create table triage_results (
  seq bigint generated always as identity primary key,
  work_item_id text not null references work_items (id) on delete cascade,
  current boolean not null default true,
  route text not null check (route in ('plan', 'ask', 'duplicate', 'human')),
  decided_by text not null check (decided_by <> ''),
  prompt_hash text,
  -- The whole TriageResult, evidence included.
  result jsonb not null,
  created_at timestamptz not null default now()
);
create unique index triage_results_one_current on triage_results (work_item_id) where current;
create index triage_results_by_item on triage_results (work_item_id, seq);

create table plans (
  id text primary key,
  work_item_id text not null references work_items (id) on delete restrict,
  version integer not null check (version > 0),
  state text not null default 'draft' check (state in ('draft', 'awaiting_approval', 'approved', 'declined', 'superseded')),
  -- PlanDocument v1, validated before it is stored.
  document jsonb not null,
  planner text not null check (planner <> ''),
  prompt_hash text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint plans_version_taken unique (work_item_id, version)
);
-- At most one plan of a work item is in force.
create unique index plans_one_in_force on plans (work_item_id) where state in ('draft', 'awaiting_approval', 'approved');

create table tasks (
  id text primary key,
  plan_id text not null references plans (id) on delete restrict,
  work_item_id text not null references work_items (id) on delete restrict,
  key text not null check (key ~ '^t[0-9]{1,3}$'),
  title text not null check (title <> ''),
  description text not null,
  role text not null check (role in ('coder', 'reviewer', 'tester', 'planner')),
  scope text[] not null check (cardinality(scope) > 0),
  acceptance text[] not null default '{}',
  estimate text not null check (estimate in ('XS', 'S', 'M', 'L', 'XL')),
  checks text[] not null default '{}',
  limits jsonb not null,
  assignee text,
  assignment jsonb,
  state text not null default 'planned' check (state in ('planned', 'ready', 'running', 'submitted', 'landed', 'failed', 'dropped')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint tasks_key_taken unique (plan_id, key)
);
create index tasks_by_item on tasks (work_item_id, id);
create index tasks_by_state on tasks (state, id);
create index tasks_by_assignee on tasks (assignee) where assignee is not null;

create table task_dependencies (
  task_id text not null references tasks (id) on delete cascade,
  -- Restrict: a task others wait for cannot be removed.
  depends_on text not null references tasks (id) on delete restrict,
  primary key (task_id, depends_on),
  check (task_id <> depends_on)
);
create index task_dependencies_by_blocker on task_dependencies (depends_on);

create table model_versions (
  id text primary key,
  model text not null check (model <> ''),
  version text not null check (version <> ''),
  state text not null default 'active' check (state in ('active', 'retired')),
  notes text not null default '',
  first_used_at timestamptz,
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint model_versions_taken unique (model, version)
);

-- One row per question that was sent, or answered from the cache. Append-only.
create table model_calls (
  id text primary key,
  purpose text not null,
  work_item_id text references work_items (id) on delete set null,
  model text not null,
  model_version_id text references model_versions (id) on delete restrict,
  prompt_name text not null,
  prompt_version integer not null,
  prompt_hash text not null,
  attempt integer not null check (attempt > 0),
  input_tokens integer not null default 0 check (input_tokens >= 0),
  output_tokens integer not null default 0 check (output_tokens >= 0),
  -- Null: the price of the model is unknown.
  cost_micros bigint check (cost_micros >= 0),
  duration_ms integer not null check (duration_ms >= 0),
  cached boolean not null default false,
  outcome text not null check (outcome in ('answered', 'invalid', 'unavailable', 'timeout', 'rate_limited', 'unauthenticated', 'refused', 'failed')),
  error text,
  created_at timestamptz not null default now()
);
create index model_calls_by_item on model_calls (work_item_id, id) where work_item_id is not null;
create index model_calls_by_model on model_calls (model, id);
create index model_calls_by_version on model_calls (model_version_id) where model_version_id is not null;

-- Valid answers by prompt hash: the same question to the same model is paid for once.
create table model_answers (
  prompt_hash text primary key,
  model text not null,
  model_version_id text references model_versions (id) on delete restrict,
  answer jsonb not null,
  input_tokens integer not null,
  output_tokens integer not null,
  created_at timestamptz not null default now()
);
create index model_answers_by_version on model_answers (model_version_id) where model_version_id is not null;
