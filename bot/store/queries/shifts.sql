-- The rota.

-- name: shift_add
INSERT INTO shift (login, kind, weekday, opens, closes, begins_at, ends_at, covers, note, made_by,
                   made_at)
VALUES (:login, :kind, :weekday, :opens, :closes, :begins_at, :ends_at, :covers, :note, :staff,
        :now) RETURNING id;

-- name: shift_remove
UPDATE shift SET gone_at = :now, gone_by = :staff WHERE id = :id AND gone_at IS NULL;

-- name: shift_get
SELECT * FROM shift WHERE id = :id AND gone_at IS NULL;

-- name: shifts_standing
-- What comes round every week, and what is not over before :since; of nobody who is disabled.
SELECT s.* FROM shift s JOIN staff p ON p.login = s.login
WHERE s.gone_at IS NULL AND p.disabled_at IS NULL
  AND (s.kind = 'weekly' OR (s.kind IN ('once', 'away') AND s.ends_at > :since))
ORDER BY s.login, s.kind, s.weekday, s.opens, s.begins_at, s.id;

-- name: shifts_hold
-- Two who plan at the same time come one after the other.
SELECT id FROM staff WHERE login = :login AND disabled_at IS NULL /*lock*/;
