-- Who ended what: a story that people ended from outside, and an issue or pull request of the embedded forge.

-- `Actor.subject` of who ended it from outside; null while it runs, and for a story that came to its own end.
alter table stories add column ended_by text;
-- Stories under way are looked through at each start of a server, and now and then.
create index stories_under_way on stories (work_item_id) where ended_as is null;

-- Login of who closed or merged it; null while it is open, and for rows from before this was kept.
alter table local_items add column ended_by text;
