-- What staff ask a lead about that the guard stopped.

-- name: appeal_add
INSERT INTO appeal (note, conversation, staff, at, text, found)
VALUES (:note, :conversation, :staff, :at, :text, :found);

-- name: appeal_hold
SELECT * FROM appeal WHERE note = :note /*lock*/;

-- name: appeal_decide
UPDATE appeal SET decided_by = :login, decided_at = :now, reason = :reason, outbox = :outbox
WHERE note = :note AND decided_at IS NULL;
