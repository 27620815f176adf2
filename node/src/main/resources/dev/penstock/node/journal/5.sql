CREATE TABLE searched (
  job TEXT NOT NULL PRIMARY KEY,
  tenant TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO searched SELECT j.id, j.tenant, lower(
  coalesce((SELECT group_concat(name || '=' || value, char(10)) FROM labels WHERE labels.job = j.id), '')
  || char(10) || coalesce((SELECT group_concat(iif(value LIKE '%://%@%', substr(value, instr(value, '@') + 1), value), char(10))
    FROM json_tree(iif(json_valid(s.spec), s.spec, '{}'))
    WHERE key IN ('input', 'output') AND type = 'text'), ''))
  FROM jobs j JOIN submissions s ON s.job = j.id;
