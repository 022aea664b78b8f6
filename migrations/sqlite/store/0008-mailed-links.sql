-- Links to somebody's own data that were mailed to them, for an hour. A link that was used gets another id: whatever carries
-- the old one is worth nothing from then on.
CREATE TABLE mailed_links (
  id           BLOB PRIMARY KEY,
  handle       BLOB NOT NULL REFERENCES subjects (handle) ON DELETE CASCADE,
  kind         TEXT NOT NULL CHECK (kind IN ('open', 'confirm', 'file')),
  address      BLOB NOT NULL,
  next_address BLOB,
  expires_at   INTEGER NOT NULL
);
CREATE INDEX mailed_links_of ON mailed_links (handle);
CREATE INDEX mailed_links_expired ON mailed_links (expires_at);
