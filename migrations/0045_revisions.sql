-- Grows by one with each change: a change that names what its writer saw is refused when somebody else was faster.
alter table projects add column revision integer not null default 1;
alter table repositories add column revision integer not null default 1;
alter table people add column revision integer not null default 1;
alter table teams add column revision integer not null default 1;
