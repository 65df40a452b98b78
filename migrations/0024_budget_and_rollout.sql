-- Money: caps, what is reserved and spent under them, and the kill switch. All amounts in micros of USD (millionths), all days in UTC.

-- One row, read by each admission: a stop that is committed lets nothing new begin.
create table budget_control (
  only_row boolean primary key default true check (only_row),
  stopped boolean not null default false,
  reason text,
  changed_by text,
  changed_at timestamptz
);
insert into budget_control default values;

-- Caps that somebody set; where there is none, the configured default holds. `project_id` is empty for the installation.
create table budget_caps (
  scope text not null check (scope in ('installation', 'project')),
  project_id text not null default '',
  period text not null check (period in ('day', 'month')),
  cap_micros bigint not null check (cap_micros >= 0),
  changed_by text not null,
  changed_at timestamptz not null default now(),
  primary key (scope, project_id, period),
  check ((scope = 'installation') = (project_id = ''))
);

-- What one cap has left in one period. Locked in the order of the id, which is the one order of all transactions.
create table budget_pools (
  id text primary key,
  scope text not null check (scope in ('installation', 'project')),
  project_id text,
  period text not null check (period in ('day', 'month')),
  starts_on date not null,
  ends_on date not null,
  cap_micros bigint not null check (cap_micros >= 0),
  -- Highest cap that was in force in this period: a cap that is lowered cannot take back what was admitted under it.
  most_micros bigint not null,
  reserved_micros bigint not null default 0 check (reserved_micros >= 0),
  spent_micros bigint not null default 0 check (spent_micros >= 0),
  -- Part of what was spent that no reservation held: settled after its lease had run out, or more than was reserved.
  late_micros bigint not null default 0 check (late_micros >= 0),
  warned_at timestamptz,
  check (ends_on > starts_on),
  check (cap_micros <= most_micros),
  check (late_micros <= spent_micros),
  -- What was admitted never exceeds the cap, whatever a program does.
  constraint budget_pools_within_cap check (reserved_micros + spent_micros - late_micros <= most_micros)
);
create index budget_pools_by_period on budget_pools (starts_on, id);

create table budget_reservations (
  -- Whose money it is: the id of the run, or of the question to a model.
  id text primary key,
  kind text not null check (kind in ('run', 'call')),
  project_id text,
  repository_id text,
  work_item_id text,
  -- Name of the agent or model.
  spender text not null,
  pools text[] not null,
  amount_micros bigint not null check (amount_micros >= 0),
  spent_micros bigint check (spent_micros >= 0),
  state text not null default 'held' check (state in ('held', 'settled', 'released', 'lapsed')),
  -- Settled after the lease had run out.
  late boolean not null default false,
  -- The spend is the reservation itself, because nobody counted.
  uncounted boolean not null default false,
  lease_until timestamptz not null,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  check ((state = 'settled') = (spent_micros is not null)),
  check ((state = 'held') = (ended_at is null))
);
create index budget_reservations_held on budget_reservations (lease_until) where state = 'held';
create index budget_reservations_by_time on budget_reservations (created_at);
create index budget_reservations_by_repository on budget_reservations (repository_id, created_at) where repository_id is not null;

-- Workflows that wait for money or leave, to be woken when some may have arrived.
create table budget_waits (
  workflow_id text primary key,
  since timestamptz not null default now()
);

-- Rollout (shadow, non_critical, core) of a project; where there is no row, the configured default holds.
create table rollout_stages (
  project_id text primary key references projects (id) on delete cascade,
  stage text not null check (stage in ('shadow', 'non_critical', 'core')),
  -- Globs of files that stay out of reach before the stage core, beside repositories of tier core.
  core_paths text[] not null default '{}',
  since timestamptz not null default now(),
  changed_by text not null,
  reason text not null default ''
);

-- What Reeve would have done, or asked for, and what people did about it.
create table rollout_decisions (
  action_id text primary key references actions (id),
  project_id text not null references projects (id) on delete cascade,
  work_item_id text,
  stage text not null check (stage in ('shadow', 'non_critical', 'core')),
  kind text not null,
  forge text not null,
  repo text not null,
  number integer,
  would jsonb not null,
  verdict text not null default 'open' check (verdict in ('open', 'agreed', 'disagreed')),
  -- What people did, and who.
  observed jsonb,
  decided_at timestamptz not null,
  judged_at timestamptz,
  check ((verdict = 'open') = (judged_at is null))
);
create index rollout_decisions_open on rollout_decisions (forge, repo, number) where verdict = 'open';
create index rollout_decisions_by_project on rollout_decisions (project_id, stage, decided_at);
