-- name: wanted_put
INSERT INTO file_wanted (kind, name, version, actor, at)
VALUES (:kind, :name, :version, :actor, :now)
ON CONFLICT (kind, name) DO UPDATE SET version = :version, actor = :actor, at = :now, note = '';

-- name: wanted_drop
DELETE FROM file_wanted WHERE kind = :kind AND name = :name;

-- name: wanted_done
-- Only for the version that was written: meanwhile another may be wanted.
DELETE FROM file_wanted WHERE kind = :kind AND name = :name AND version = :version;

-- name: wanted_note
UPDATE file_wanted SET note = :note
WHERE kind = :kind AND name = :name AND version = :version AND note <> :note;

-- name: wanted_all
SELECT kind, name, version, actor, at, note FROM file_wanted ORDER BY kind, name;

-- name: finding_all
SELECT number, file, line, rule, severity, message, fix FROM folder_finding ORDER BY number;

-- name: finding_clear
DELETE FROM folder_finding;

-- name: finding_add
INSERT INTO folder_finding (number, file, line, rule, severity, message, fix)
VALUES /*rows*/ (:number, :file, :line, :rule, :severity, :message, :fix);
