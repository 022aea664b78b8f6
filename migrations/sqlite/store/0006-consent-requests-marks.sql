-- How a decision came to us is one word of a fixed list. What callers wrote before was free text, sealed; it goes, and the
-- word for it is `other`. requested_at is the first of the two times of a double opt-in; policy is the version in force.
ALTER TABLE consents DROP COLUMN source;
ALTER TABLE consents ADD COLUMN source TEXT NOT NULL DEFAULT 'other' CHECK (source IN ('form', 'paper', 'phone',
  'in-person', 'email', 'relationship', 'import', 'api', 'double-opt-in', 'link-in-mail', 'recipient-page', 'other'));
ALTER TABLE consents ADD COLUMN requested_at INTEGER;
ALTER TABLE consents ADD COLUMN policy INTEGER;

-- A consent that somebody asked to give and the owner of the address has not confirmed yet. It grants nothing. The address
-- lies here, and moves to its person with the confirmation; mail is the message that asks, at most one in a while.
CREATE TABLE requests (
  id           BLOB PRIMARY KEY,
  handle       BLOB NOT NULL REFERENCES subjects (handle) ON DELETE CASCADE,
  purpose      TEXT NOT NULL,
  requested_at INTEGER NOT NULL,
  wording      TEXT NOT NULL REFERENCES wordings (digest),
  policy       INTEGER NOT NULL,
  address      BLOB NOT NULL,
  mail         BLOB NOT NULL,
  mailed_at    INTEGER NOT NULL,
  expires_on   INTEGER NOT NULL
);
CREATE UNIQUE INDEX requests_of ON requests (handle, purpose);
CREATE INDEX requests_expired ON requests (expires_on);
CREATE INDEX requests_wording ON requests (wording);

-- Says, to whoever has the key of the list and to nobody else, that the entry is ours and who may lift it. Empty only until
-- the next start, which marks what was there before.
ALTER TABLE suppressions ADD COLUMN mark BLOB;
