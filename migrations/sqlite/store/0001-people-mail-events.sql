-- Which key store belongs to this store.
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE policies (
  number   INTEGER PRIMARY KEY,
  name     TEXT NOT NULL,
  digest   TEXT NOT NULL,
  source   TEXT NOT NULL,
  enforced INTEGER NOT NULL UNIQUE
);

-- address_index is keyed, so that an address finds its person and a stolen table finds nobody. stop is the person's entry
-- for the suppression list, sealed: it can be put on that list when the address itself is no longer held.
CREATE TABLE subjects (
  handle        BLOB PRIMARY KEY,
  address_index BLOB NOT NULL UNIQUE,
  address       BLOB,
  stop          BLOB NOT NULL,
  state         TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'restricted'))
);

CREATE TABLE wordings (
  digest TEXT PRIMARY KEY,
  text   TEXT NOT NULL
);

-- expires_on is empty while the consent is in force.
CREATE TABLE consents (
  id         BLOB PRIMARY KEY,
  handle     BLOB NOT NULL REFERENCES subjects (handle) ON DELETE CASCADE,
  purpose    TEXT NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('granted', 'withdrawn')),
  decided_at INTEGER NOT NULL,
  source     BLOB NOT NULL,
  wording    TEXT NOT NULL REFERENCES wordings (digest),
  expires_on INTEGER
);
CREATE UNIQUE INDEX consents_of ON consents (handle, purpose, decided_at, state);
CREATE INDEX consents_ended ON consents (expires_on) WHERE expires_on IS NOT NULL;
CREATE INDEX consents_withdrawn ON consents (purpose, handle) WHERE state = 'withdrawn';
CREATE INDEX consents_wording ON consents (wording);

-- An empty purpose means all of them.
CREATE TABLE objections (
  handle  BLOB NOT NULL REFERENCES subjects (handle) ON DELETE CASCADE,
  purpose TEXT NOT NULL,
  PRIMARY KEY (handle, purpose)
) WITHOUT ROWID;

-- No handle, no date, no reason: enough to stay silent, and nothing else.
CREATE TABLE suppressions (
  hash    BLOB NOT NULL,
  purpose TEXT NOT NULL,
  PRIMARY KEY (hash, purpose)
) WITHOUT ROWID;

CREATE TABLE campaigns (
  id         BLOB PRIMARY KEY,
  name       TEXT NOT NULL,
  purpose    TEXT NOT NULL,
  status     TEXT NOT NULL CHECK (status IN ('draft', 'running', 'paused', 'cancelled', 'done')),
  content    BLOB,
  policy     INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_on INTEGER NOT NULL
);
CREATE INDEX campaigns_expired ON campaigns (expires_on);
CREATE INDEX campaigns_by_status ON campaigns (status);

CREATE TABLE messages (
  id              BLOB PRIMARY KEY,
  campaign        BLOB REFERENCES campaigns (id),
  handle          BLOB REFERENCES subjects (handle),
  purpose         TEXT NOT NULL,
  policy          INTEGER NOT NULL,
  status          TEXT NOT NULL,
  reason          TEXT,
  attempts        INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER NOT NULL,
  windowed_until  INTEGER NOT NULL DEFAULT 0,
  lease_until     INTEGER NOT NULL DEFAULT 0,
  fence           INTEGER NOT NULL DEFAULT 0,
  handed_over     INTEGER NOT NULL DEFAULT 0,
  uncertain       INTEGER NOT NULL DEFAULT 0,
  opens           INTEGER NOT NULL,
  clicks          INTEGER NOT NULL,
  plan_reason     TEXT NOT NULL,
  accepted_on     INTEGER NOT NULL,
  accepted_at     INTEGER NOT NULL,
  sent_at         INTEGER,
  expires_on      INTEGER NOT NULL,
  content         BLOB,
  merge           BLOB,
  recipient       BLOB,
  recipient_until INTEGER,
  subject         BLOB,
  subject_until   INTEGER,
  links           BLOB,
  links_until     INTEGER
);
CREATE UNIQUE INDEX messages_of ON messages (handle, campaign) WHERE handle IS NOT NULL;
CREATE INDEX messages_by_status ON messages (campaign, status);
-- The scheduler's cursor: a message in somebody's window sorts behind those that are due.
CREATE INDEX messages_due ON messages (campaign, max(next_attempt_at, windowed_until)) WHERE status = 'queued';
CREATE INDEX messages_waiting ON messages (accepted_at) WHERE status = 'queued';
CREATE INDEX messages_leased ON messages (lease_until) WHERE status = 'sending';
CREATE INDEX messages_uncertain ON messages (campaign) WHERE uncertain = 1;
CREATE INDEX messages_expired ON messages (expires_on);
CREATE INDEX messages_recipient_expired ON messages (recipient_until) WHERE recipient_until IS NOT NULL;
CREATE INDEX messages_subject_expired ON messages (subject_until) WHERE subject_until IS NOT NULL;
CREATE INDEX messages_links_expired ON messages (links_until) WHERE links_until IS NOT NULL;

-- A row is what the policy granted of one hit: real columns, so that none can be smuggled in under another's name.
CREATE TABLE events (
  id         BLOB NOT NULL UNIQUE,
  message    BLOB NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  kind       TEXT NOT NULL,
  policy     INTEGER NOT NULL,
  expires_on INTEGER NOT NULL,
  at         INTEGER,
  link       INTEGER,
  country    TEXT,
  region     TEXT,
  browser    TEXT,
  os         TEXT,
  device     TEXT,
  language   TEXT,
  agent      TEXT
);
CREATE INDEX events_of ON events (message);
CREATE INDEX events_expired ON events (expires_on);

-- Ids of hits that were only counted, for as long as the queue might bring one twice.
CREATE TABLE seen_events (
  id         BLOB PRIMARY KEY,
  expires_on INTEGER NOT NULL
);
CREATE INDEX seen_events_expired ON seen_events (expires_on);

CREATE TABLE tallies (
  campaign   BLOB NOT NULL REFERENCES campaigns (id),
  day        INTEGER NOT NULL,
  kind       TEXT NOT NULL,
  link       INTEGER NOT NULL,
  count      INTEGER NOT NULL,
  expires_on INTEGER NOT NULL,
  PRIMARY KEY (campaign, day, kind, link)
);
CREATE INDEX tallies_expired ON tallies (expires_on);

CREATE TABLE idempotency (
  key        BLOB PRIMARY KEY,
  body       BLOB NOT NULL,
  message    BLOB NOT NULL,
  expires_at INTEGER NOT NULL
);
CREATE INDEX idempotency_expired ON idempotency (expires_at);
