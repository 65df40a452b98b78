-- Who holds a key: whoever lost it to a lease that ran out neither renews it, nor keeps an answer under it, nor gives it back.
alter table http_idempotency add column holder text not null default '';
alter table http_idempotency alter column holder drop default;
