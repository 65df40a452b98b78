-- What is sent outside is claimed for a while, sent while no transaction is open, and noted only by whoever still holds the claim:
-- a slow receiver keeps no row locked, and a sender that died is followed by another when its time is over.
alter table ledger_places
  -- Counts the claims: the one that may note what came of it has the newest number.
  add column claim bigint not null default 0,
  add column claimed_until timestamptz;

alter table compliance_deliveries
  add column claim bigint not null default 0,
  add column claimed_until timestamptz;
