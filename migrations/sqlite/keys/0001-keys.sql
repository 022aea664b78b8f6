-- Which store these keys belong to.
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) WITHOUT ROWID;

-- The index key and the suppression key, random, wrapped by an operator key's sub-key.
CREATE TABLE root_keys (
  name     TEXT PRIMARY KEY,
  operator TEXT NOT NULL,
  wrapped  BLOB NOT NULL
) WITHOUT ROWID;

-- Wrapped by an epoch key, which lies in no database.
CREATE TABLE subject_keys (
  handle  BLOB PRIMARY KEY,
  epoch   INTEGER NOT NULL,
  wrapped BLOB NOT NULL
) WITHOUT ROWID;

-- Of a message or a campaign, by its id.
CREATE TABLE content_keys (
  id      BLOB PRIMARY KEY,
  epoch   INTEGER NOT NULL,
  wrapped BLOB NOT NULL
) WITHOUT ROWID;
