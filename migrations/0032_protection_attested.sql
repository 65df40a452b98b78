-- An admin's word that the protection of a repository's default branch holds for Reeve's own account, where the forge lets it not be read.
alter table repositories add column protection_attested boolean not null default false;
