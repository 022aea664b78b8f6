-- Certificates themselves are stored nowhere. A template holds no person's data: a drawing, and where the values go. The
-- one in use has no last day; one that was replaced stays for as long as a queued mail may still need it.
CREATE TABLE certificate_templates (
  digest     TEXT NOT NULL,
  name       TEXT NOT NULL,
  bundle     BLOB NOT NULL,
  stored_at  INTEGER NOT NULL,
  expires_on INTEGER,
  PRIMARY KEY (digest, name)
);
CREATE UNIQUE INDEX certificate_templates_in_use ON certificate_templates (name) WHERE expires_on IS NULL;
CREATE INDEX certificate_templates_expired ON certificate_templates (expires_on) WHERE expires_on IS NOT NULL;

-- Numbers that are printed on certificates and belong to nobody here: no table leads from one to a person or a message.
CREATE TABLE certificate_revocations (
  id         BLOB PRIMARY KEY,
  revoked_at INTEGER NOT NULL
);
