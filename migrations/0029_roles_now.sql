-- What a token of a person may do follows the person: never more than the role they have now, and for a sign-in whose role came from the groups
-- of an identity provider never more than those gave at the last sign-in.
create table provider_roles (
  person_id text primary key references people (id) on delete cascade,
  -- What the groups gave at the last sign-in; null: groups did not count then (no login_roles), the role the person has here did.
  role text check (role in ('viewer', 'developer', 'maintainer', 'manager', 'admin')),
  -- The highest role the person had here at a sign-in: who has less now was demoted, and groups then give no more than is left.
  own_role text not null check (own_role in ('viewer', 'developer', 'maintainer', 'manager', 'admin')),
  provider text not null,
  signed_in_at timestamptz not null
);

-- Tokens of sign-ins from before are not marked: they hold no more than the person has here.
alter table tokens
  add column from_groups boolean not null default false,
  add constraint groups_belong_to_people check (not from_groups or person_id is not null);
