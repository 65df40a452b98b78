-- The lasting id of the account behind a login, as the forge told it when the login was first used here. A login can be given up and registered by
-- somebody else; the account cannot. Null: not used yet, or the source tells no such id.
alter table identities add column account_id text check (account_id <> '');
