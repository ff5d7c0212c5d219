-- How many events there are, for progress only.
SELECT count(*) FROM events
