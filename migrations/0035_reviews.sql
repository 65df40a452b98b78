-- Reviews of pull requests on the embedded forge, and the conversations beside lines of their diffs.
create table local_reviews (
  id text primary key,
  repository text not null,
  number integer not null,
  author text not null,
  verdict text not null check (verdict in ('approved', 'changes_requested', 'commented', 'dismissed')),
  body text not null,
  head_sha text,
  marker text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  foreign key (repository, number) references local_items (repository, number) on delete cascade
);
create unique index local_reviews_marker_taken on local_reviews (repository, number, marker) where marker is not null;
create index local_reviews_by_item on local_reviews (repository, number, id);

-- A conversation is its first comment and the answers to it.
create table local_review_comments (
  id text primary key,
  repository text not null,
  number integer not null,
  -- Null: the first one of its conversation.
  reply_to text references local_review_comments (id) on delete cascade,
  author text not null,
  path text not null,
  line integer check (line > 0),
  body text not null,
  head_sha text,
  marker text,
  -- Login of who ended the conversation; on its first comment alone.
  resolved_by text,
  created_at timestamptz not null default now(),
  foreign key (repository, number) references local_items (repository, number) on delete cascade
);
create unique index local_review_comments_marker_taken on local_review_comments (repository, number, marker) where marker is not null;
create index local_review_comments_by_item on local_review_comments (repository, number, id);

-- What a reviewer agent found in one head of a pull request.
create table reviews (
  id text primary key,
  pull_id text not null references pulls (id) on delete cascade,
  -- One review for each run of a reviewer.
  run_id text not null unique,
  head_sha text not null,
  reviewer text not null,
  -- False: the answer had not the asked form, and is kept as the summary.
  parsed boolean not null,
  summary text not null,
  findings jsonb not null,
  checklist jsonb not null,
  focus jsonb not null,
  created_at timestamptz not null default now()
);
create index reviews_by_pull on reviews (pull_id, created_at, id);

-- What people asked to be mended on a pull request of ours: the open conversations of its reviews, or a conflict with its base.
create table pull_fixes (
  id text primary key,
  -- By whom it was asked, once: a comment told twice asks once.
  key text not null unique,
  pull_id text not null references pulls (id) on delete cascade,
  -- The story it belongs to: with it ends what it asked for.
  workflow_id text not null,
  what text not null check (what in ('reviews', 'conflict')),
  asked_by text not null,
  state text not null default 'asked' check (state in ('asked', 'begun', 'landed', 'done', 'failed', 'nothing')),
  -- Counts within the story, from 1; null: not begun.
  number integer,
  -- Conversations that were given to the agent, under the names it knows them by.
  threads jsonb not null default '[]',
  conflicts jsonb not null default '[]',
  -- Tasks that were done again, with the first attempt of each and what their agents were told, without secrets. Null: not chosen yet.
  tasks jsonb,
  -- How it ended, for people.
  detail text,
  asked_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz
);
create unique index pull_fixes_one_at_a_time on pull_fixes (workflow_id) where ended_at is null;
create index pull_fixes_by_pull on pull_fixes (pull_id, asked_at);

-- Reviews by which people who may decide about the merge asked for changes: while one stands for this head, the merge is not asked for.
create table pull_objections (
  pull_id text not null references pulls (id) on delete cascade,
  head_sha text not null,
  -- Login on the forge.
  author text not null,
  person_id text not null,
  created_at timestamptz not null default now(),
  primary key (pull_id, head_sha, author)
);

-- Both belong to the project of their pull request: who is limited to projects sees those of its own.
create or replace view project_of as
  select id, id as project_id from projects
  union all select id, project_id from repositories
  union all select id, project_id from work_items
  union all select plans.id, work_items.project_id from plans join work_items on work_items.id = plans.work_item_id
  union all select tasks.id, work_items.project_id from tasks join work_items on work_items.id = tasks.work_item_id
  union all select id, project_id from agent_runs
  union all select id, project_id from agent_questions
  union all select id, project_id from actions
  union all select id, project_id from change_requests
  union all select id, project_id from queue_rollbacks
  union all select id, project_id from pulls
  union all select id, project_id from ci_results
  union all select model_calls.id, work_items.project_id from model_calls join work_items on work_items.id = model_calls.work_item_id
  union all select id, project_id from compliance_records
  union all select reviews.id, pulls.project_id from reviews join pulls on pulls.id = reviews.pull_id
  union all select pull_fixes.id, pulls.project_id from pull_fixes join pulls on pulls.id = pull_fixes.pull_id;
