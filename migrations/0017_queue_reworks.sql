alter table change_requests
  -- The attempt of the same task that was set aside and whose agent was sent back with the reason: this one is its rework.
  add column rework_of text references change_requests (id) on delete restrict;
