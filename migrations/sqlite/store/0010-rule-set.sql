-- Which set of rules gave an event its class, so that figures of different sets are never taken for figures of one.
ALTER TABLE events ADD COLUMN rules INTEGER;
