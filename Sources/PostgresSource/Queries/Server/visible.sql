-- The transactions that this one's snapshot shows.
SELECT txid_current_snapshot()::text
