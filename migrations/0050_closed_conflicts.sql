-- Why nobody has to decide about a change request that was set aside: an agent does it again, or its merge was taken back. Null: somebody has.
alter table change_requests add column closed_reason text;
