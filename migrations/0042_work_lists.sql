-- Lists of issues as people look at them: words found by an index, the newest change first, and views kept by name.

-- Words as people type them: letters and digits, whatever case and whatever stands between them; `rangeEnd` is also `range` and `end`.
-- Cut, so that no text outgrows what a tsvector may hold (1 MB).
create function issue_words(title text, body text) returns tsvector language sql immutable parallel safe as $$
  select to_tsvector('simple', regexp_replace(whole, '[^[:alnum:]]+', ' ', 'g')
    || ' ' || regexp_replace(regexp_replace(whole, '([[:lower:][:digit:]])([[:upper:]])', '\1 \2', 'g'), '[^[:alnum:]]+', ' ', 'g'))
  from (select left(title || ' ' || body, 60000) as whole) as text
$$;
-- What is looked for, cut by the same rule: each word from its beginning.
create function issue_query(wanted text) returns tsquery language sql immutable parallel safe as $$
  select to_tsquery('simple', coalesce(string_agg('''' || word || ''':*', ' & '), ''))
  from (select word from regexp_split_to_table(wanted, '[^[:alnum:]]+') as word where word <> '' limit 10) as words
$$;
create index work_items_by_words on work_items using gin (issue_words(title, body));
create index work_items_by_change on work_items (updated_at, id);

create table saved_views (
  id text primary key,
  -- `Actor.subject` of who keeps it.
  owner text not null check (owner <> ''),
  name text not null check (length(name) between 1 and 60),
  -- Everybody sees it; managers alone make it so.
  shared boolean not null default false,
  -- Parameters of the list of issues, by name.
  filters jsonb not null check (jsonb_typeof(filters) = 'object'),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index saved_views_name_taken on saved_views (owner, lower(name));
create index saved_views_shared on saved_views (id) where shared;

-- One issue's story is read from its results of checks as well.
create index ci_results_by_work_item on ci_results (work_item_id) where work_item_id is not null;
