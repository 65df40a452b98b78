alter table stories
  -- Branch a request's work was published on instead of the one it named, because that one could not take it (a checkout with changes).
  add column published_branch text;
