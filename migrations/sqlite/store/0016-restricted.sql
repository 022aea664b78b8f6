-- Who is restricted: every chunk of a purge asks whether there is anybody.
CREATE INDEX subjects_restricted ON subjects (handle) WHERE state = 'restricted';
