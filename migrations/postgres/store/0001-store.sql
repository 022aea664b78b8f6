-- The store as it is at its first release on PostgreSQL: the same tables and columns as migrations/sqlite/store makes up to
-- 0015. `rowid` is the engine's own number of a row, which SQLite has of itself: chunks of a long work go by it.

CREATE TABLE wordings (
  digest text COLLATE "C" PRIMARY KEY,
  text   text COLLATE "C" NOT NULL,
  rowid bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX wordings_rowid ON wordings (rowid);

CREATE TABLE policies (
  number   bigint PRIMARY KEY,
  name     text COLLATE "C" NOT NULL,
  digest   text COLLATE "C" NOT NULL,
  source   text COLLATE "C" NOT NULL,
  enforced bigint NOT NULL UNIQUE
);

CREATE TABLE pending_policy (
  number       bigint PRIMARY KEY,
  name         text COLLATE "C" NOT NULL,
  digest       text COLLATE "C" NOT NULL,
  source       text COLLATE "C" NOT NULL,
  proposed_at  bigint NOT NULL,
  campaign     bytea,
  announced_at bigint
);

CREATE TABLE subjects (
  handle          bytea PRIMARY KEY,
  address_index   bytea NOT NULL UNIQUE,
  address         bytea,
  stop            bytea NOT NULL,
  state           text COLLATE "C" NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'restricted')),
  last_open       bigint,
  last_open_until bigint,
  source          text COLLATE "C",
  rowid bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX subjects_last_open_expired ON subjects (last_open_until) WHERE last_open_until IS NOT NULL;
CREATE INDEX subjects_rowid ON subjects (rowid);

CREATE TABLE consents (
  id           bytea PRIMARY KEY,
  handle       bytea NOT NULL REFERENCES subjects (handle) ON DELETE CASCADE,
  purpose      text COLLATE "C" NOT NULL,
  state        text COLLATE "C" NOT NULL CHECK (state IN ('granted', 'withdrawn')),
  decided_at   bigint NOT NULL,
  wording      text COLLATE "C" NOT NULL REFERENCES wordings (digest),
  expires_on   bigint,
  source       text COLLATE "C" NOT NULL DEFAULT 'other' CHECK (source IN ('form', 'paper', 'phone', 'in-person', 'email', 'relationship', 'import', 'api', 'double-opt-in', 'link-in-mail', 'recipient-page', 'other')),
  requested_at bigint,
  policy       bigint,
  rowid bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX consents_ended ON consents (expires_on) WHERE expires_on IS NOT NULL;
CREATE UNIQUE INDEX consents_of ON consents (handle, purpose, decided_at, state);
CREATE INDEX consents_withdrawn ON consents (purpose, handle) WHERE state = 'withdrawn';
CREATE INDEX consents_wording ON consents (wording);
CREATE INDEX consents_rowid ON consents (rowid);

CREATE TABLE requests (
  id           bytea PRIMARY KEY,
  handle       bytea NOT NULL REFERENCES subjects (handle) ON DELETE CASCADE,
  purpose      text COLLATE "C" NOT NULL,
  requested_at bigint NOT NULL,
  wording      text COLLATE "C" NOT NULL REFERENCES wordings (digest),
  policy       bigint NOT NULL,
  address      bytea NOT NULL,
  mail         bytea NOT NULL,
  mailed_at    bigint NOT NULL,
  expires_on   bigint NOT NULL,
  rowid bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX requests_expired ON requests (expires_on);
CREATE UNIQUE INDEX requests_of ON requests (handle, purpose);
CREATE INDEX requests_wording ON requests (wording);
CREATE INDEX requests_rowid ON requests (rowid);

CREATE TABLE objections (
  handle  bytea NOT NULL REFERENCES subjects (handle) ON DELETE CASCADE,
  purpose text COLLATE "C" NOT NULL,
  rowid bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (handle, purpose)
);
CREATE INDEX objections_rowid ON objections (rowid);

CREATE TABLE suppressions (
  hash    bytea NOT NULL,
  purpose text COLLATE "C" NOT NULL,
  mark    bytea,
  rowid bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (hash, purpose)
);
CREATE INDEX suppressions_rowid ON suppressions (rowid);

CREATE TABLE campaigns (
  id         bytea PRIMARY KEY,
  name       text COLLATE "C" NOT NULL,
  purpose    text COLLATE "C" NOT NULL,
  status     text COLLATE "C" NOT NULL CHECK (status IN ('draft', 'running', 'paused', 'cancelled', 'done')),
  content    bytea,
  policy     bigint NOT NULL,
  created_at bigint NOT NULL,
  expires_on bigint NOT NULL,
  links      bigint NOT NULL DEFAULT 0,
  start_at   bigint,
  rowid bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX campaigns_by_status ON campaigns (status);
CREATE INDEX campaigns_expired ON campaigns (expires_on);
CREATE INDEX campaigns_to_start ON campaigns (start_at) WHERE status = 'draft' AND start_at IS NOT NULL;
CREATE INDEX campaigns_rowid ON campaigns (rowid);

CREATE TABLE messages (
  id              bytea PRIMARY KEY,
  campaign        bytea REFERENCES campaigns (id),
  handle          bytea REFERENCES subjects (handle),
  purpose         text COLLATE "C" NOT NULL,
  policy          bigint NOT NULL,
  status          text COLLATE "C" NOT NULL,
  reason          text COLLATE "C",
  attempts        bigint NOT NULL DEFAULT 0,
  next_attempt_at bigint NOT NULL,
  windowed_until  bigint NOT NULL DEFAULT 0,
  lease_until     bigint NOT NULL DEFAULT 0,
  fence           bigint NOT NULL DEFAULT 0,
  handed_over     bigint NOT NULL DEFAULT 0,
  uncertain       bigint NOT NULL DEFAULT 0,
  opens           bigint NOT NULL,
  clicks          bigint NOT NULL,
  plan_reason     text COLLATE "C" NOT NULL,
  accepted_on     bigint NOT NULL,
  accepted_at     bigint NOT NULL,
  sent_at         bigint,
  expires_on      bigint NOT NULL,
  content         bytea,
  merge           bytea,
  recipient       bytea,
  recipient_until bigint,
  subject         bytea,
  subject_until   bigint,
  links           bytea,
  links_until     bigint,
  bounced_at      bigint,
  complained_at   bigint,
  rowid bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX messages_by_status ON messages (campaign, status);
CREATE INDEX messages_complained ON messages (campaign) WHERE complained_at IS NOT NULL;
CREATE INDEX messages_due ON messages (campaign, greatest(next_attempt_at, windowed_until)) WHERE status = 'queued';
CREATE INDEX messages_expired ON messages (expires_on);
CREATE INDEX messages_leased ON messages (lease_until) WHERE status = 'sending';
CREATE INDEX messages_links_expired ON messages (links_until) WHERE links_until IS NOT NULL;
CREATE UNIQUE INDEX messages_of ON messages (handle, campaign) WHERE handle IS NOT NULL;
CREATE INDEX messages_recipient_expired ON messages (recipient_until) WHERE recipient_until IS NOT NULL;
CREATE INDEX messages_subject_expired ON messages (subject_until) WHERE subject_until IS NOT NULL;
CREATE INDEX messages_uncertain ON messages (campaign) WHERE uncertain = 1;
CREATE INDEX messages_waiting ON messages (accepted_at) WHERE status = 'queued';
CREATE INDEX messages_rowid ON messages (rowid);

CREATE TABLE events (
  id         bytea NOT NULL,
  message    bytea NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  kind       text COLLATE "C" NOT NULL,
  policy     bigint NOT NULL,
  expires_on bigint NOT NULL,
  at         bigint,
  link       bigint,
  country    text COLLATE "C",
  region     text COLLATE "C",
  browser    text COLLATE "C",
  os         text COLLATE "C",
  device     text COLLATE "C",
  language   text COLLATE "C",
  agent      text COLLATE "C",
  rules      bigint,
  rowid bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (id, expires_on)
) PARTITION BY RANGE (expires_on);
CREATE INDEX events_expired ON events (expires_on);
CREATE INDEX events_of ON events (message);
CREATE INDEX events_rowid ON events (rowid);

CREATE TABLE seen_events (
  id         bytea PRIMARY KEY,
  expires_on bigint NOT NULL,
  rowid bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX seen_events_expired ON seen_events (expires_on);
CREATE INDEX seen_events_rowid ON seen_events (rowid);

CREATE TABLE tallies (
  campaign     bytea NOT NULL REFERENCES campaigns (id),
  day          bigint NOT NULL,
  kind         text COLLATE "C" NOT NULL,
  link         bigint NOT NULL,
  class        text COLLATE "C" NOT NULL CHECK (class IN ('person', 'machine')),
  estimated    bigint NOT NULL,
  count        bigint NOT NULL,
  people       bigint NOT NULL,
  shown        bigint NOT NULL DEFAULT 0,
  expires_on   bigint NOT NULL,
  shown_people bigint NOT NULL DEFAULT 0,
  rest         bigint NOT NULL DEFAULT 0,
  rowid bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (campaign, kind, link, class, estimated, day)
);
CREATE INDEX tallies_expired ON tallies (expires_on);
CREATE INDEX tallies_rowid ON tallies (rowid);

CREATE TABLE cohorts (
  campaign   bytea NOT NULL REFERENCES campaigns (id),
  day        bigint NOT NULL,
  kind       text COLLATE "C" NOT NULL,
  class      text COLLATE "C" NOT NULL CHECK (class IN ('person', 'machine')),
  estimated  bigint NOT NULL,
  trait      text COLLATE "C" NOT NULL,
  value      text COLLATE "C" NOT NULL,
  people     bigint NOT NULL,
  shown      bigint NOT NULL DEFAULT 0,
  expires_on bigint NOT NULL,
  rowid bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (campaign, kind, class, estimated, day, trait, value)
);
CREATE INDEX cohorts_expired ON cohorts (expires_on);
CREATE INDEX cohorts_rowid ON cohorts (rowid);

CREATE TABLE tombstones (
  handle     bytea PRIMARY KEY,
  expires_on bigint NOT NULL,
  rowid bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX tombstones_expired ON tombstones (expires_on);
CREATE INDEX tombstones_rowid ON tombstones (rowid);

CREATE TABLE cases (
  id         bytea PRIMARY KEY,
  handle     bytea REFERENCES subjects (handle) ON DELETE CASCADE,
  "right"    text COLLATE "C" NOT NULL,
  status     text COLLATE "C" NOT NULL CHECK (status IN ('open', 'residue', 'done')),
  opened_at  bigint NOT NULL,
  due_at     bigint NOT NULL,
  closed_at  bigint,
  about      bytea,
  receipt    text COLLATE "C",
  expires_on bigint,
  rowid bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX cases_expired ON cases (expires_on) WHERE expires_on IS NOT NULL;
CREATE INDEX cases_of ON cases (handle) WHERE handle IS NOT NULL;
CREATE INDEX cases_open ON cases (due_at) WHERE status <> 'done';
CREATE INDEX cases_rowid ON cases (rowid);

CREATE TABLE erasures (
  id          bytea PRIMARY KEY REFERENCES cases (id),
  handle      bytea NOT NULL UNIQUE,
  asked_at    bigint NOT NULL,
  told_at     bigint,
  rows_at     bigint,
  removed     bigint NOT NULL DEFAULT 0,
  in_flight   bigint NOT NULL DEFAULT 0,
  keys_at     bigint,
  store_at    bigint,
  queue_at    bigint,
  queue_state text COLLATE "C",
  rowid bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX erasures_rowid ON erasures (rowid);

CREATE TABLE mailed_links (
  id           bytea PRIMARY KEY,
  handle       bytea NOT NULL REFERENCES subjects (handle) ON DELETE CASCADE,
  kind         text COLLATE "C" NOT NULL CHECK (kind IN ('open', 'confirm', 'file')),
  address      bytea NOT NULL,
  next_address bytea,
  expires_at   bigint NOT NULL,
  rowid bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX mailed_links_expired ON mailed_links (expires_at);
CREATE INDEX mailed_links_of ON mailed_links (handle);
CREATE INDEX mailed_links_rowid ON mailed_links (rowid);

CREATE TABLE idempotency (
  key        bytea PRIMARY KEY,
  body       bytea NOT NULL,
  message    bytea NOT NULL,
  expires_at bigint NOT NULL,
  rowid bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX idempotency_expired ON idempotency (expires_at);
CREATE INDEX idempotency_of ON idempotency (message);
CREATE INDEX idempotency_rowid ON idempotency (rowid);

CREATE TABLE api_keys (
  id         text COLLATE "C" PRIMARY KEY,
  name       text COLLATE "C" NOT NULL,
  scopes     text COLLATE "C" NOT NULL,
  hash       text COLLATE "C",
  created_at bigint NOT NULL,
  revoked_at bigint
);

CREATE TABLE audit_log (
  sequence bigint PRIMARY KEY,
  at       bigint NOT NULL,
  actor    text COLLATE "C" NOT NULL,
  action   text COLLATE "C" NOT NULL,
  object   text COLLATE "C",
  reason   text COLLATE "C",
  hash     bytea NOT NULL
);

CREATE TABLE certificate_templates (
  digest     text COLLATE "C" NOT NULL,
  name       text COLLATE "C" NOT NULL,
  bundle     bytea NOT NULL,
  stored_at  bigint NOT NULL,
  expires_on bigint,
  rowid bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (digest, name)
);
CREATE INDEX certificate_templates_expired ON certificate_templates (expires_on) WHERE expires_on IS NOT NULL;
CREATE UNIQUE INDEX certificate_templates_in_use ON certificate_templates (name) WHERE expires_on IS NULL;
CREATE INDEX certificate_templates_rowid ON certificate_templates (rowid);

CREATE TABLE certificate_revocations (
  id         bytea PRIMARY KEY,
  revoked_at bigint NOT NULL,
  rowid bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX certificate_revocations_rowid ON certificate_revocations (rowid);

CREATE TABLE mail_templates (
  name       text COLLATE "C" NOT NULL,
  digest     text COLLATE "C" NOT NULL,
  source     text COLLATE "C" NOT NULL,
  stored_at  bigint NOT NULL,
  expires_on bigint,
  rowid bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (name, digest)
);
CREATE INDEX mail_templates_expired ON mail_templates (expires_on) WHERE expires_on IS NOT NULL;
CREATE UNIQUE INDEX mail_templates_in_use ON mail_templates (name) WHERE expires_on IS NULL;
CREATE INDEX mail_templates_rowid ON mail_templates (rowid);

CREATE TABLE meta (
  name  text COLLATE "C" PRIMARY KEY,
  value bytea NOT NULL
);

-- Uncompressed: an auditor's byte search is blind to compression.
DO $$ DECLARE each record; BEGIN
  FOR each IN SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND data_type IN ('bytea', 'text') AND table_name <> 'migrations'
  LOOP
    EXECUTE format('ALTER TABLE %I ALTER COLUMN %I SET STORAGE EXTERNAL', each.table_name, each.column_name);
  END LOOP;
END $$;
