CREATE TABLE jobs (
  id TEXT NOT NULL PRIMARY KEY,
  tenant TEXT NOT NULL,
  idem TEXT,
  class INTEGER NOT NULL,
  urgency INTEGER NOT NULL,
  due INTEGER NOT NULL,
  state TEXT NOT NULL,
  detail TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  asked INTEGER NOT NULL,
  submitted INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  resume INTEGER
) STRICT;
CREATE UNIQUE INDEX jobs_idem ON jobs (tenant, idem) WHERE idem IS NOT NULL;
CREATE INDEX jobs_state ON jobs (state, class, id);
CREATE INDEX jobs_tenant ON jobs (tenant, state, class, id);
CREATE INDEX jobs_claim ON jobs (class, urgency, due, id) WHERE state = 'queued';
CREATE INDEX jobs_resume ON jobs (resume) WHERE state = 'backoff';
CREATE INDEX jobs_ended ON jobs (changed) WHERE state IN ('done', 'failed', 'cancelled', 'quarantined');

CREATE TABLE submissions (
  job TEXT NOT NULL PRIMARY KEY,
  spec TEXT NOT NULL,
  deadline TEXT,
  labels TEXT NOT NULL,
  follows TEXT NOT NULL,
  webhook TEXT
) STRICT;

CREATE TABLE labels (
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  job TEXT NOT NULL,
  PRIMARY KEY (name, value, job)
) STRICT, WITHOUT ROWID;
CREATE INDEX labels_job ON labels (job);

CREATE TABLE dependencies (
  job TEXT NOT NULL,
  before TEXT NOT NULL,
  PRIMARY KEY (before, job)
) STRICT, WITHOUT ROWID;
CREATE INDEX dependencies_job ON dependencies (job);

CREATE TABLE reports (
  job TEXT NOT NULL PRIMARY KEY,
  report TEXT NOT NULL
) STRICT;

CREATE TABLE attempts (
  job TEXT NOT NULL,
  number INTEGER NOT NULL,
  worker TEXT NOT NULL,
  gpus TEXT NOT NULL,
  began INTEGER NOT NULL,
  ended INTEGER,
  outcome TEXT,
  evidence TEXT,
  PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE faults (
  input TEXT NOT NULL,
  device TEXT NOT NULL,
  job TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  at INTEGER NOT NULL,
  evidence TEXT NOT NULL,
  PRIMARY KEY (input, device, job, attempt)
) STRICT, WITHOUT ROWID;
CREATE INDEX faults_job ON faults (job);
CREATE INDEX faults_at ON faults (at);

CREATE TABLE events (
  sequence INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  job TEXT,
  tenant TEXT,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX events_job ON events (job, sequence) WHERE job IS NOT NULL;
CREATE INDEX events_others ON events (at) WHERE job IS NULL;

CREATE TABLE meta (
  name TEXT NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;
INSERT INTO meta VALUES ('opened', 0), ('pruned', 0);
