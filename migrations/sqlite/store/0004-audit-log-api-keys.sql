-- Who did what, when, and to which thing of ours; never to whom. Each hash covers the entry before it, under a key that lies
-- in no database in clear.
CREATE TABLE audit_log (
  sequence INTEGER PRIMARY KEY,
  at       INTEGER NOT NULL,
  actor    TEXT NOT NULL,
  action   TEXT NOT NULL,
  object   TEXT,
  reason   TEXT,
  hash     BLOB NOT NULL
);

-- Argon2id hashes of keys that were shown once. A revoked key keeps its line and loses its hash.
CREATE TABLE api_keys (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  scopes     TEXT NOT NULL,
  hash       TEXT,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
);
