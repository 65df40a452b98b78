-- What each agent answered when it was tested last.
create table agent_tests (
  agent text primary key,
  ok boolean not null,
  -- Why it could not be used; null: it could.
  trouble text,
  detail text not null,
  -- What it said of itself: name, version, protocol, capabilities, ways to log in, modes.
  said jsonb not null,
  sandbox text not null,
  sealed boolean not null,
  duration_ms integer not null,
  tested_by text not null,
  tested_at timestamptz not null
);

-- How the calls over each connection ended last, over all servers of this installation.
create table connection_calls (
  connection text primary key,
  last_ok_at timestamptz,
  last_failed_at timestamptz,
  -- What was asked for, and one sentence about what went wrong.
  last_failed_call text,
  last_failure text
);

-- The newest event of a source.
create index events_by_source on events (source, id) where not backfilled;
