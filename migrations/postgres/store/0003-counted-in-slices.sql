-- A campaign is counted a slice at a time, in the order of its rows: without their number in the index each slice would sort
-- all that are left.
CREATE INDEX messages_in_order ON messages (campaign, status, rowid);
DROP INDEX messages_by_status;
