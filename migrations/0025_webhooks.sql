-- The id of a delivery is not part of what a sender signs: whoever saw one delivery could send it again under another id. The
-- bytes are signed, so a webhook's bytes are taken once. Null for deliveries that nobody signs.
alter table events add column body_sha256 bytea;
create unique index events_by_signed_body on events (source, body_sha256) where body_sha256 is not null;

-- The next event that is due is the first in order of position; failed ones, whose time has not come, are few and passed over. With the
-- time first in the index, each look sorted everything that waited: hundreds of deliveries a second made that the largest cost.
drop index outbox_pending;
create index outbox_pending on outbox (seq) where delivered_at is null and seq is not null;
