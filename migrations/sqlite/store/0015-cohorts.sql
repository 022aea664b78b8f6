-- What a report shows of a cell: its people at the last moment that another k had joined, or left, the whole it belongs to.
-- All cells of a whole are shown anew in that moment and in no other, so that no change has fewer than k behind it.
ALTER TABLE tallies ADD COLUMN shown_people INTEGER NOT NULL DEFAULT 0;
UPDATE tallies SET shown_people = people;
-- Set on the one row that took up the days on which few people came, dated before all of them.
ALTER TABLE tallies ADD COLUMN rest INTEGER NOT NULL DEFAULT 0;

-- People by one trait, each trait on its own: crossed with another, or with a link, cells would be small again. The empty
-- value is what nobody can tell, and what was too few. Where people are told apart over all days, day is the first of them.
CREATE TABLE cohorts (
  campaign   BLOB NOT NULL REFERENCES campaigns (id),
  day        INTEGER NOT NULL,
  kind       TEXT NOT NULL,
  class      TEXT NOT NULL CHECK (class IN ('person', 'machine')),
  estimated  INTEGER NOT NULL,
  trait      TEXT NOT NULL,
  value      TEXT NOT NULL,
  people     INTEGER NOT NULL,
  shown      INTEGER NOT NULL DEFAULT 0,
  expires_on INTEGER NOT NULL,
  PRIMARY KEY (campaign, kind, class, estimated, day, trait, value)
);
CREATE INDEX cohorts_expired ON cohorts (expires_on);
