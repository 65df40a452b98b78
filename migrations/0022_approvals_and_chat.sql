-- What happens around an approval: whom it was passed to, what was asked and answered, reminders; the emergency exit that two
-- people open together; and what arrives from chat.

-- The trace a proposal began in: waiting and executing, often in another process, belong to the same one.
alter table actions add column traceparent text;

alter table approvals
  -- Who is asked at the moment: `person:<handle>` or `role:<role>`. It widens and narrows nothing; `approvers` says who may decide.
  add column asked text,
  add column reminded_at timestamptz,
  add column escalated_at timestamptz;

create table approval_notes (
  nr bigint generated always as identity primary key,
  approval_id text not null references approvals (id),
  kind text not null check (kind in ('question', 'answer', 'reassigned', 'reminded', 'escalated')),
  by text not null,
  text text not null check (length(text) <= 2000),
  noted_at timestamptz not null default clock_timestamp()
);
create index approval_notes_by_approval on approval_notes (approval_id, nr);
create index approval_votes_by_person on approval_votes (person_id, voted_at);

-- One emergency exit per action; opened again after it ran out, never after it was used.
create table break_glass (
  action_id text primary key references actions (id),
  digest text not null,
  reason text not null check (length(reason) between 10 and 2000),
  opened_by text not null,
  opened_subject text not null,
  opened_role text not null,
  opened_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  confirmed_by text,
  confirmed_subject text,
  confirmed_role text,
  confirmed_at timestamptz,
  check (confirmed_by is null or confirmed_by <> opened_by),
  check ((confirmed_by is null) = (confirmed_at is null))
);

-- What came in from chat: seen once, kept until it was dealt with, so that what was acknowledged is not lost in a crash.
create table chat_deliveries (
  key text primary key,
  message jsonb not null,
  attempts integer not null default 0,
  received_at timestamptz not null default clock_timestamp(),
  done_at timestamptz,
  error text
);
create index chat_deliveries_open on chat_deliveries (received_at) where done_at is null;
