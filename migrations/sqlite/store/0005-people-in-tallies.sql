-- How many links the content has, so that a report lists them all: which of them were followed is not told by the list.
ALTER TABLE campaigns ADD COLUMN links INTEGER NOT NULL DEFAULT 0;

-- Link 0 is the kind as a whole. people are those who were new to the cell; shown are the hits that may be published, which
-- wait until enough new people stand behind them. An estimate tells people apart within one day only.
CREATE TABLE tallies_by_people (
  campaign   BLOB NOT NULL REFERENCES campaigns (id),
  day        INTEGER NOT NULL,
  kind       TEXT NOT NULL,
  link       INTEGER NOT NULL,
  class      TEXT NOT NULL CHECK (class IN ('person', 'machine')),
  estimated  INTEGER NOT NULL,
  count      INTEGER NOT NULL,
  people     INTEGER NOT NULL,
  shown      INTEGER NOT NULL DEFAULT 0,
  expires_on INTEGER NOT NULL,
  PRIMARY KEY (campaign, kind, link, class, estimated, day)
);

-- What was counted before knew no people, and stays unpublished.
INSERT INTO tallies_by_people (campaign, day, kind, link, class, estimated, count, people, expires_on)
SELECT campaign, day, kind, 0, 'person', 1, sum(count), 0, max(expires_on) FROM tallies GROUP BY campaign, day, kind;
INSERT INTO tallies_by_people (campaign, day, kind, link, class, estimated, count, people, expires_on)
SELECT campaign, day, kind, link, 'person', 1, count, 0, expires_on FROM tallies WHERE link > 0;
DROP TABLE tallies;
ALTER TABLE tallies_by_people RENAME TO tallies;
CREATE INDEX tallies_expired ON tallies (expires_on);
