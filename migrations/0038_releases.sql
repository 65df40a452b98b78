-- Tags of releases as they were first heard of: each is drafted once, from the one before it.
create table releases (
  repository_id text not null references repositories (id) on delete cascade,
  tag text not null,
  -- Commit of the tag; null: the forge did not tell.
  sha text,
  -- Tag and commit of the release before; null: it is the first that is known.
  previous_tag text,
  previous_sha text,
  -- Merges from this instant on were looked at; null: all of them.
  since timestamptz,
  created_at timestamptz not null default now(),
  -- Null: not told yet.
  changes integer,
  drafted_at timestamptz,
  primary key (repository_id, tag)
);
create index releases_by_repository on releases (repository_id, created_at);
