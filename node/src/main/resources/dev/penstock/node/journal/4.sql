CREATE INDEX jobs_queued ON jobs (class, changed) WHERE state = 'queued';
DROP TABLE leases;
