-- Who is restricted: every chunk of a purge asks whether there is anybody.
CREATE INDEX subjects_restricted ON subjects (handle) WHERE state = 'restricted';

-- A cascade looks into every partition for each message by itself: a purge of messages deletes the events of a chunk in one
-- statement, an erasure those of a person, and nothing else deletes messages. New events hold the row of their message.
ALTER TABLE events DROP CONSTRAINT events_message_fkey;
