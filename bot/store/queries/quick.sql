-- Saved answers of staff.

-- name: quick_add
INSERT INTO quick_reply (persona, title, text, made_by, made_at, changed_by, changed_at)
VALUES (:persona, :title, :text, :staff, :now, :staff, :now) RETURNING id;

-- name: quick_hold
SELECT * FROM quick_reply WHERE id = :id AND gone_at IS NULL /*lock*/;

-- name: quick_change
UPDATE quick_reply SET title = :title, text = :text, changed_by = :staff, changed_at = :now
WHERE id = :id;

-- name: quick_remove
UPDATE quick_reply SET gone_at = :now, changed_by = :staff, changed_at = :now WHERE id = :id;

-- name: quick_use
UPDATE quick_reply SET used = used + 1, used_at = :now WHERE id = :id AND gone_at IS NULL;

-- name: quick_of
SELECT * FROM quick_reply WHERE persona = :persona AND gone_at IS NULL
ORDER BY used DESC, id DESC LIMIT :n;
