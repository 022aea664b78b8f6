-- The date of the last open, as a day, overwritten by the next one; only where a policy's hygiene clause grants it.
ALTER TABLE subjects ADD COLUMN last_open INTEGER;
ALTER TABLE subjects ADD COLUMN last_open_until INTEGER;
CREATE INDEX subjects_last_open_expired ON subjects (last_open_until) WHERE last_open_until IS NOT NULL;

-- The purpose that the address was first given for. It is written once.
ALTER TABLE subjects ADD COLUMN source TEXT;

-- A wider policy that waits until people were told of it. At most one: a newer proposal takes its place.
CREATE TABLE pending_policy (
  number       INTEGER PRIMARY KEY,
  name         TEXT NOT NULL,
  digest       TEXT NOT NULL,
  source       TEXT NOT NULL,
  proposed_at  INTEGER NOT NULL,
  campaign     BLOB,
  announced_at INTEGER
);
