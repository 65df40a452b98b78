-- Results of a forge's own checks: a check that is run again on the same commit is a result of its own, told apart by the forge's id of that run.
alter table ci_results add column external_id text not null default '';
alter table ci_results drop constraint ci_results_repository_id_head_sha_name_source_key;
alter table ci_results add constraint ci_results_once unique (repository_id, head_sha, name, source, external_id);

-- Which red check an agent was sent to, once per pull request, commit and check: a failure that is told twice causes one retry.
create table ci_retries (
  pull_id text not null references pulls (id) on delete cascade,
  head_sha text not null,
  check_name text not null,
  workflow_id text not null,
  -- Counts within the story, from 1.
  number integer not null check (number > 0),
  task_id text not null,
  first_attempt integer not null,
  -- What the agent was told, without secrets.
  feedback text not null,
  -- One line for people.
  summary text not null,
  created_at timestamptz not null default now(),
  primary key (pull_id, head_sha, check_name, workflow_id, number)
);
create index ci_retries_story on ci_retries (workflow_id, number);
create index pulls_by_head on pulls (repository_id, head_sha);
