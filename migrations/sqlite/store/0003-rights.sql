-- What people asked for. A case names a person only where it has to find them again; receipt holds codes, counts and dates.
CREATE TABLE cases (
  id         BLOB PRIMARY KEY,
  handle     BLOB REFERENCES subjects (handle) ON DELETE CASCADE,
  right      TEXT NOT NULL,
  status     TEXT NOT NULL CHECK (status IN ('open', 'residue', 'done')),
  opened_at  INTEGER NOT NULL,
  due_at     INTEGER NOT NULL,
  closed_at  INTEGER,
  about      BLOB,
  receipt    TEXT,
  expires_on INTEGER
);
CREATE INDEX cases_of ON cases (handle) WHERE handle IS NOT NULL;
CREATE INDEX cases_open ON cases (due_at) WHERE status <> 'done';
CREATE INDEX cases_expired ON cases (expires_on) WHERE expires_on IS NOT NULL;

-- Erasures that are under way. Each date is a step that is done, so that a crash resumes at the first one missing.
CREATE TABLE erasures (
  id          BLOB PRIMARY KEY REFERENCES cases (id),
  handle      BLOB NOT NULL UNIQUE,
  asked_at    INTEGER NOT NULL,
  told_at     INTEGER,
  rows_at     INTEGER,
  removed     INTEGER NOT NULL DEFAULT 0,
  in_flight   INTEGER NOT NULL DEFAULT 0,
  keys_at     INTEGER,
  store_at    INTEGER,
  queue_at    INTEGER,
  queue_state TEXT
);

-- A handle without a person, until the last token that names it could have recorded: late work makes nothing of it again.
CREATE TABLE tombstones (
  handle     BLOB PRIMARY KEY,
  expires_on INTEGER NOT NULL
);
CREATE INDEX tombstones_expired ON tombstones (expires_on);

-- The way from a message to the answers that repeat it: without it an erasure would read every answer of the day.
CREATE INDEX idempotency_of ON idempotency (message);
