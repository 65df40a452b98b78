-- Signing in to the console by a link, and agents that were added while Reeve ran.

-- A link that opens one session and is then gone. The code stands in the link alone; this is its SHA-256.
create table session_links (
  code_hash text primary key,
  -- The token it was made with: a session opened by the link ends with it.
  token_id text references tokens (id) on delete cascade,
  -- Made with the bootstrap admin token, which has no row: hash of that token.
  admin_hash text,
  return_to text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  constraint linked_to_one_token check ((token_id is null) <> (admin_hash is null))
);
create index session_links_by_expiry on session_links (expires_at);
create index session_links_by_token on session_links (token_id) where token_id is not null;

-- Agents an admin added in the console or by a command, beside those of the configuration file.
create table added_agents (
  name text primary key check (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  -- Which known agent it is: its command comes from the product, never from a caller.
  known text not null,
  spec jsonb not null,
  -- Roles it fills where neither the project nor the configuration file names somebody.
  roles text[] not null check (roles <@ array['coder', 'reviewer', 'tester', 'planner']),
  added_by text not null,
  added_at timestamptz not null
);
