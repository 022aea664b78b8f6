-- When a mail came back, and when its reader reported it as unwanted: that, and the code in `reason`, is all that is kept.
ALTER TABLE messages ADD COLUMN bounced_at INTEGER;
ALTER TABLE messages ADD COLUMN complained_at INTEGER;
CREATE INDEX messages_complained ON messages (campaign) WHERE complained_at IS NOT NULL;
