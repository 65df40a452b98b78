-- What landed in a window of time, however long ago that was: by its place alone the journal would be walked back to there.
create index change_request_journal_landings_in_time on change_request_journal (at, ordinal) where event in ('landed', 'reverted');
-- Whether a landing stands is asked of each that is listed: few were ever taken back.
create index change_request_journal_taken_back on change_request_journal (change_request_id, version) where event = 'reverted';
