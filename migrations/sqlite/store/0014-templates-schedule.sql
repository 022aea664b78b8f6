-- Texts of mails, for callers to name instead of sending them along. They hold no person's data: what a template is filled
-- with lies sealed in its message. The one in use has no last day; one that was replaced stays a while under its digest.
CREATE TABLE mail_templates (
  name       TEXT NOT NULL,
  digest     TEXT NOT NULL,
  source     TEXT NOT NULL,
  stored_at  INTEGER NOT NULL,
  expires_on INTEGER,
  PRIMARY KEY (name, digest)
);
CREATE UNIQUE INDEX mail_templates_in_use ON mail_templates (name) WHERE expires_on IS NULL;
CREATE INDEX mail_templates_expired ON mail_templates (expires_on) WHERE expires_on IS NOT NULL;

-- When a draft begins to be sent by itself.
ALTER TABLE campaigns ADD COLUMN start_at INTEGER;
CREATE INDEX campaigns_to_start ON campaigns (start_at) WHERE status = 'draft' AND start_at IS NOT NULL;
