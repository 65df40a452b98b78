-- What the machinery itself keeps: outgoing events and the processes that run workflows.

-- Position of an event in the stream. Given after the commit (see platform/outbox/store.ts), never by the writer: a
-- number drawn inside a transaction says when it was drawn, not when its transaction became visible.
create sequence outbox_position;

create table outbox (
  id text primary key,
  -- Order of writing; orders the events of one transaction among themselves.
  ordinal bigint generated always as identity,
  seq bigint unique,
  type text not null,
  subject text not null,
  work_item_id text,
  project_id text,
  data jsonb not null default '{}',
  occurred_at timestamptz not null default now(),
  -- Consumers that have handled it: a redelivery after one consumer's failure leaves out the others.
  handled_by text[] not null default '{}',
  attempts integer not null default 0 check (attempts >= 0),
  next_attempt_at timestamptz not null default now(),
  delivered_at timestamptz,
  last_error text,
  last_error_at timestamptz,
  last_error_consumer text,
  constraint outbox_delivered_in_order check (delivered_at is null or seq is not null)
);
create index outbox_unplaced on outbox (ordinal) where seq is null;
create index outbox_pending on outbox (next_attempt_at, seq) where delivered_at is null;
create index outbox_pending_subject on outbox (subject, seq) where delivered_at is null;
create index outbox_work_item on outbox (work_item_id, seq) where work_item_id is not null;

-- Takes the next number for each registration and each take-over; a higher number is always a later claim.
create sequence executor_epoch;

-- One row per process that runs workflows. Who is alive is told by its session advisory lock, not by this table; the
-- table says whose workflows to look for, since when it has been silent, and which epoch is in force.
create table executors (
  id text primary key,
  epoch bigint not null,
  -- Incremented take-overs leave their trace: 0 while nobody has taken this executor's work.
  takeovers integer not null default 0,
  worker boolean not null,
  version text not null,
  host text not null,
  pid integer not null,
  state text not null check (state in ('live', 'stopped', 'lost')),
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  taken_over_by text,
  taken_over_at timestamptz
);
create index executors_state on executors (state);
