CREATE TABLE leases (
  id TEXT NOT NULL PRIMARY KEY,
  opened INTEGER NOT NULL,
  device TEXT NOT NULL,
  job TEXT NOT NULL,
  rung TEXT NOT NULL,
  worker TEXT NOT NULL,
  demand TEXT NOT NULL,
  since INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  confirmed INTEGER NOT NULL
) STRICT;
CREATE INDEX leases_device ON leases (device);

CREATE TABLE settings (
  name TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL,
  changed INTEGER NOT NULL,
  by TEXT NOT NULL
) STRICT;

CREATE TABLE audit (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  source TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;

CREATE TABLE deliveries (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  job TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  url TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  next INTEGER,
  last TEXT
) STRICT;
CREATE INDEX deliveries_next ON deliveries (next) WHERE next IS NOT NULL;
CREATE INDEX deliveries_job ON deliveries (job);
