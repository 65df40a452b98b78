-- Where the branches of watched repositories were when Reeve last looked: tells one process of several, and a server that was
-- away, which moves nobody has been told of yet.

create table watched_heads (
  repository_id text not null references repositories (id) on delete cascade,
  branch text not null check (branch <> ''),
  commit_id text not null check (commit_id ~ '^[0-9a-f]{40,64}$'),
  seen_at timestamptz not null default now(),
  primary key (repository_id, branch)
);
