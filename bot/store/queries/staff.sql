-- name: staff_everybody
SELECT id, login, role, must_change, userid, lang, created_at, disabled_at,
    (SELECT MAX(s.seen_at) FROM staff_session s WHERE s.staff = staff.id) AS seen_at
FROM staff ORDER BY disabled_at IS NOT NULL, login;

-- name: staff_any
SELECT 1 AS one FROM staff LIMIT 1;

-- name: staff_of_id
SELECT * FROM staff WHERE id = :id;

-- name: staff_of_login
SELECT * FROM staff WHERE login = :login;

-- name: staff_of_userid
SELECT * FROM staff WHERE userid = :userid;

-- name: staff_hold
SELECT * FROM staff WHERE id = :id /*lock*/;

-- name: staff_owners_hold
-- Whoever takes an owner away waits here for whoever takes the other one away.
SELECT id FROM staff WHERE role = 'owner' AND disabled_at IS NULL ORDER BY id /*lock*/;

-- name: staff_add
INSERT INTO staff (login, role, password, must_change, userid, created_at)
VALUES (:login, :role, :password, :must_change, :userid, :now)
RETURNING id;

-- name: staff_write
UPDATE staff SET role = :role, password = :password, must_change = :must_change, userid = :userid,
    lang = :lang, disabled_at = :disabled_at
WHERE id = :id;

-- name: session_add
INSERT INTO staff_session (digest, staff, way, address, agent, began_at, seen_at, ends_at)
VALUES (:digest, :staff, :way, :address, :agent, :now, :now, :ends_at);

-- name: session_find
SELECT s.id AS session, s.seen_at AS session_seen, s.way AS session_way, p.*
FROM staff_session s JOIN staff p ON p.id = s.staff
WHERE s.digest = :digest AND s.ends_at > :now AND s.seen_at > :seen_after
  AND p.disabled_at IS NULL;

-- name: session_touch
UPDATE staff_session SET seen_at = :now WHERE id = :id AND seen_at < :now;

-- name: session_of
SELECT id, way, address, agent, began_at, seen_at, ends_at FROM staff_session
WHERE staff = :staff AND ends_at > :now AND seen_at > :seen_after
ORDER BY seen_at DESC, id DESC;

-- name: session_end
DELETE FROM staff_session WHERE id = :id AND staff = :staff;

-- name: session_end_all
DELETE FROM staff_session WHERE staff = :staff AND id <> :but;

-- name: session_sweep
DELETE FROM staff_session WHERE ends_at <= :now OR seen_at <= :seen_after;

-- name: setup_hold
SELECT digest FROM setup_code ORDER BY digest /*lock*/;

-- name: setup_add
INSERT INTO setup_code (digest, made_at)
SELECT CAST(:digest AS TEXT), CAST(:now AS BIGINT) WHERE NOT EXISTS (SELECT 1 FROM staff)
ON CONFLICT (digest) DO NOTHING;

-- name: setup_forget
DELETE FROM setup_code;

-- name: pace_clear
DELETE FROM pace WHERE key = :key;
