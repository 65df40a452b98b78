-- What agents ask people while they work, and which story waits for a person's own work on a task.

create table agent_questions (
  id text primary key,
  run_id text not null references agent_runs (id) on delete cascade,
  execution integer not null,
  task_id text references tasks (id) on delete restrict,
  work_item_id text references work_items (id) on delete restrict,
  project_id text not null references projects (id) on delete restrict,
  agent text not null,
  role text not null,
  question text not null check (question <> ''),
  -- Answers the agent offers; a person may say something else.
  choices text[] not null default '{}',
  -- Waiting ends with the answer, the end of the patience, or the end of the run.
  state text not null default 'waiting' check (state in ('waiting', 'answered', 'expired', 'withdrawn')),
  answer text,
  answered_by text,
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  check ((answer is not null) = (state = 'answered')),
  check ((answered_by is not null) = (state = 'answered')),
  check ((ended_at is null) = (state = 'waiting'))
);
create index agent_questions_by_run on agent_questions (run_id, id);
create index agent_questions_by_task on agent_questions (task_id, id) where task_id is not null;
create index agent_questions_waiting on agent_questions (id) where state = 'waiting';

-- A task that was given to a person: the workflow to wake when their change request arrives, or the task changes hands.
create table task_waits (
  task_id text primary key references tasks (id) on delete cascade,
  workflow_id text not null,
  assignee text not null,
  since timestamptz not null default now()
);
