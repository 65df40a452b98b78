-- What figures about automation need, and what was known and not kept.

-- The first verdict of the forge's own CI on each head of a pull request, as the story acted on it. A re-run does not change it.
create table ci_verdicts (
  pull_id text not null references pulls (id) on delete cascade,
  head_sha text not null,
  verdict text not null check (verdict in ('green', 'red')),
  at timestamptz not null default clock_timestamp(),
  primary key (pull_id, head_sha)
);

-- When a person first looked at an approval: the beginning of their review.
create table approval_looks (
  approval_id text not null references approvals (id),
  person_id text not null,
  at timestamptz not null default clock_timestamp(),
  primary key (approval_id, person_id)
);

-- Commits that Reeve put on a branch of its own beside the queue: a branch that was brought up to date is no work of a person.
create table own_commits (
  repository_id text not null references repositories (id) on delete cascade,
  sha text not null,
  made_at timestamptz not null default clock_timestamp(),
  primary key (repository_id, sha)
);

-- Names of repositories are one name whatever their case.
create index events_by_repository on events (forge, lower(repository), number);
