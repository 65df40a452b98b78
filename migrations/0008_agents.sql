-- Agent runs, their states over time, and the index of their execution logs (the lines themselves are blobs).

create table agent_runs (
  id text primary key,
  task_id text references tasks (id) on delete restrict,
  work_item_id text references work_items (id) on delete restrict,
  project_id text not null references projects (id) on delete restrict,
  repository_id text not null references repositories (id) on delete restrict,
  agent text not null check (agent <> ''),
  role text not null check (role in ('coder', 'reviewer', 'tester', 'planner')),
  attempt integer not null check (attempt >= 1),
  -- The request as it was asked.
  base_ref text not null,
  target text not null,
  feedback text,
  state text not null default 'queued' check (state in ('queued', 'preparing', 'running', 'checking', 'succeeded', 'failed', 'cancelled', 'handed_back')),
  failure text,
  detail text,
  base_commit text,
  branch text not null,
  sandbox text not null check (sandbox in ('bwrap', 'container', 'none')),
  sealed boolean not null,
  input_tokens bigint not null default 0 check (input_tokens >= 0),
  output_tokens bigint not null default 0 check (output_tokens >= 0),
  cost_micros bigint not null default 0 check (cost_micros >= 0),
  checks jsonb not null default '[]',
  change_request_id text,
  prompt_hash text,
  prompt_version text,
  -- The answer, stored before anything of the run is cleaned up.
  outcome jsonb,
  -- Raised at each start; whoever holds an older number has lost the run.
  execution integer not null default 0,
  host text,
  process_id integer,
  -- Start time of that process as its system tells it: a reused process id is not it.
  process_mark text,
  heartbeat_at timestamptz,
  stop_requested_at timestamptz,
  stop_requested_by text,
  kept_ref text,
  kept_patch text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  -- Never two runs on one branch.
  constraint agent_runs_branch_taken unique (repository_id, branch),
  check ((outcome is not null) = (state in ('succeeded', 'failed', 'cancelled'))),
  check ((failure is not null) <= (state = 'failed'))
);
-- A workflow step that runs twice must find its run, not make a second one.
create unique index agent_runs_open_once on agent_runs (work_item_id, coalesce(task_id, ''), role, attempt) where outcome is null;
create index agent_runs_by_task on agent_runs (task_id, id);
create index agent_runs_by_work_item on agent_runs (work_item_id, id);
create index agent_runs_by_project on agent_runs (project_id, id);
create index agent_runs_active on agent_runs (agent) where state in ('preparing', 'running', 'checking');

create table agent_run_states (
  run_id text not null references agent_runs (id) on delete cascade,
  position integer not null,
  execution integer not null,
  state text not null,
  at timestamptz not null,
  primary key (run_id, position)
);

create table agent_log_segments (
  run_id text not null references agent_runs (id) on delete cascade,
  first_line integer not null check (first_line >= 1),
  line_count integer not null check (line_count >= 1),
  execution integer not null,
  blob_key text not null,
  byte_offset bigint not null check (byte_offset >= 0),
  byte_length bigint not null check (byte_length >= 1),
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (run_id, first_line)
);
create index agent_log_segments_by_time on agent_log_segments (first_at, run_id);
