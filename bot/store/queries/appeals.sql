-- What staff ask a lead about that the guard stopped.

-- name: appeal_add
INSERT INTO appeal (note, conversation, staff, at, text, found)
VALUES (:note, :conversation, :staff, :at, :text, :found);

-- name: appeal_hold
SELECT * FROM appeal WHERE note = :note /*lock*/;

-- name: appeal_open
SELECT * FROM appeal WHERE conversation IN (:keys…) AND decided_at IS NULL ORDER BY note;

-- name: appeal_withdraw
UPDATE appeal SET decided_by = :login, decided_at = :now, reason = :reason, withdrawn = 1
WHERE note = :note AND decided_at IS NULL;

-- name: appeal_decide
UPDATE appeal SET decided_by = :login, decided_at = :now, reason = :reason, outbox = :outbox
WHERE note = :note AND decided_at IS NULL;
