-- Who was asked to review a pull request of the embedded forge.
create table local_review_requests (
  repository text not null,
  number integer not null,
  login text not null check (login <> ''),
  created_at timestamptz not null default now(),
  primary key (repository, number, login),
  foreign key (repository, number) references local_items (repository, number) on delete cascade
);

-- What the tests of a commit ran, as the report of a check tells it.
create table coverage_reports (
  repository_id text not null references repositories (id) on delete cascade,
  head_sha text not null,
  check_name text not null,
  project_id text not null references projects (id) on delete cascade,
  -- Null: the report could not be read.
  format text check (format in ('lcov', 'cobertura', 'jacoco')),
  -- Path -> {c, u}: covered and uncovered lines as ranges (`3, 7-9`).
  files jsonb not null default '{}',
  lines_covered integer not null default 0 check (lines_covered >= 0),
  lines_found integer not null default 0 check (lines_found >= lines_covered),
  -- Why nothing, or not all, of the report could be read.
  problem text,
  created_at timestamptz not null default now(),
  primary key (repository_id, head_sha, check_name)
);

-- Who should review a pull request, as it was suggested last.
create table reviewer_suggestions (
  pull_id text primary key references pulls (id) on delete cascade,
  project_id text not null references projects (id) on delete cascade,
  head_sha text not null,
  -- Handles, for counting who is waited for.
  handles text[] not null,
  answer jsonb not null,
  decided_at timestamptz not null default now()
);
create index reviewer_suggestions_handles on reviewer_suggestions using gin (handles);

-- Pull requests that people opened, and what Reeve did for them. Their rows in `pulls` belong to no work item.
create table people_pulls (
  pull_id text primary key references pulls (id) on delete cascade,
  -- Login on the forge.
  author text not null,
  -- Raised with each round of looking; a round's workflow has it in its id.
  generation integer not null default 0,
  running boolean not null default false,
  -- Raised whenever there is something new to look at; a round that saw less looks again.
  wanted integer not null default 0,
  -- When it was raised last: a change is looked at when it has been quiet for a while.
  wanted_at timestamptz not null default now(),
  -- Head that was looked at last; null: none yet.
  reviewed_sha text,
  -- Why nothing more is done for it; null: it goes on.
  ended_as text check (ended_as in ('merged', 'closed', 'fork', 'stopped')),
  created_at timestamptz not null default now()
);

-- Runs of agents for people's pull requests, named before they are started: a step that runs again finds its run.
create table people_pull_runs (
  pull_id text not null references people_pulls (pull_id) on delete cascade,
  head_sha text not null,
  role text not null check (role in ('reviewer', 'tester')),
  run_id text not null unique,
  created_at timestamptz not null default now(),
  primary key (pull_id, head_sha, role)
);

-- Tests that a tester proposed for a head, or that it has none to propose: it is sent to each head once.
create table test_rounds (
  pull_id text not null references pulls (id) on delete cascade,
  head_sha text not null,
  mode text not null check (mode in ('suggest', 'write')),
  -- Of `suggest`.
  run_id text,
  -- Of `write`: the task of the plan that is done again.
  task_id text,
  first_attempt integer,
  -- What the tester is told is missing.
  feedback text not null,
  -- For people; null: it is still at work, or wrote them itself.
  told text,
  workflow_id text not null,
  created_at timestamptz not null default now(),
  primary key (pull_id, head_sha)
);

-- What people asked to have mended on their own pull requests.
create table people_pull_fixes (
  pull_id text not null references people_pulls (pull_id) on delete cascade,
  -- The comment that asked; the same one again is the same wish.
  comment_id text not null,
  what text not null check (what in ('reviews', 'conflict')),
  -- Login on the forge, and the handle of the person behind it where Reeve knows one.
  asked_by text not null,
  handle text,
  run_id text,
  -- What the agent was told, and the files that conflicted: a head that moves meanwhile changes neither.
  feedback text,
  conflicts text[] not null default '{}',
  -- What the agent began with: the head, or for a conflict a half-merged tree on top of it.
  head_sha text,
  work_commit text,
  second_parent text,
  fix_sha text,
  ended_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (pull_id, comment_id)
);
