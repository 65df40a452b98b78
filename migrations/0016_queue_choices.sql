-- What people choose about the merge queue, what outsiders do to its targets, and one order for both: replaying needs to know
-- which came first.

create sequence queue_journal_ordinals as bigint;

alter table change_request_journal
  -- The order in which rows were written; among the rows of one target it is the order in which they happened, because whoever writes
  -- them holds the target's lease row.
  add column ordinal bigint not null default nextval('queue_journal_ordinals'),
  -- Who follows the journal reads what transactions before the oldest open one wrote, in this order: nothing is passed over.
  add column xid xid8 not null default pg_current_xact_id();
create index change_request_journal_landings on change_request_journal (ordinal) where event in ('landed', 'reverted');
create index change_request_journal_in_order on change_request_journal (xid, ordinal);

alter table change_requests
  -- A person's choice about a conflict that became this attempt: {of, choice, by, reason, files}.
  add column resolution json;

-- A target moved by somebody else, never changed but for the person who took note. `absorbed`: the commits are on top of what the queue
-- landed. `rewritten`: what the queue landed is no longer on the branch.
create table queue_target_moves (
  repository_id text not null references repositories (id) on delete restrict,
  target text not null,
  ordinal bigint not null default nextval('queue_journal_ordinals'),
  at timestamptz not null,
  kind text not null check (kind in ('absorbed', 'rewritten')),
  from_commit text not null,
  to_commit text not null,
  to_tree text not null,
  -- What came in, newest first, at most a hundred: [{commit, subject}].
  commits json not null default '[]',
  -- Change requests whose landing is no longer on the branch.
  lost jsonb not null default '[]',
  dismissed_by text,
  dismissed_at timestamptz,
  dismissed_reason text,
  primary key (repository_id, target, ordinal)
);
create index queue_target_moves_alarms on queue_target_moves (ordinal) where kind = 'rewritten' and dismissed_at is null;

-- A rollback that people confirmed (the inverse of these landings as one change request), or a landing that is put back. `waiting`: for
-- the approval of the action that publishes it.
create table queue_rollbacks (
  id text primary key,
  kind text not null check (kind in ('rollback', 'reland')),
  project_id text not null references projects (id) on delete restrict,
  repository_id text not null references repositories (id) on delete restrict,
  target text not null,
  -- The change request as it is submitted, and what an approval names of it.
  document json not null,
  document_sha256 text not null,
  -- Newest landing first; of a reland: the landing that is put back.
  rolls_back jsonb not null,
  action_id text,
  state text not null check (state in ('waiting', 'submitted', 'given_up')),
  detail text,
  change_request_id text references change_requests (id) on delete restrict,
  requested_by text not null,
  reason text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index queue_rollbacks_by_action on queue_rollbacks (action_id) where action_id is not null;
create index queue_rollbacks_by_target on queue_rollbacks (repository_id, target, created_at);
create index queue_rollbacks_by_entry on queue_rollbacks (change_request_id) where change_request_id is not null;

-- Reads of landings in the order of the branch, and of files that later landings touched.
create index change_requests_landed on change_requests (repository_id, target, landed_at) where state = 'landed';
