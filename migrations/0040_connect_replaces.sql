-- Id of the App that was kept when the attempt began, and that it may replace; null: none was, and none may be kept meanwhile.
alter table connection_attempts add column replaces text;
