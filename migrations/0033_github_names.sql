-- GitHub's names are one name whatever their case. Of two spellings that were both taken in, the first keeps its name, and is allowlisted only if
-- every spelling was. The later ones keep their records under a name no repository there can have, and off the allowlist.
with spellings as (
  select id, row_number() over same as place, bool_and(allowlisted) over (partition by lower(name)) as all_allowlisted
  from repositories where forge = 'github' window same as (partition by lower(name) order by created_at, id)
)
update repositories set allowlisted = repositories.allowlisted and spellings.place = 1 and spellings.all_allowlisted,
  name = case when spellings.place = 1 then name else name || '~' || repositories.id end
  from spellings where spellings.id = repositories.id;

create unique index repositories_github_name_taken on repositories (forge, lower(name)) where forge = 'github';

-- Whose word put it on the allowlist: the operator's REEVE_REPO_ALLOWLIST or reeve.yaml, or an admin's own. Null: it is not on it.
alter table repositories add column allowlisted_by text check (allowlisted_by in ('operator', 'person'));
-- A person's word is one the ledger has: somebody put it on by hand, and that was the last of it. Everything else counts as the operator's.
update repositories set allowlisted_by = case when coalesce((
    select actor <> 'system' from ledger_entries
    where subject = repositories.id and kind = 'repository.changed' and payload -> 'after' -> 'allowlisted' = 'true' and payload -> 'before' -> 'allowlisted' = 'false'
    order by seq desc limit 1), false) then 'person' else 'operator' end
  where allowlisted;
