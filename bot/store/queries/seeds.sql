-- name: seed_list_add
INSERT INTO seed_list (id, circle, day, at, zone, version, criteria, looked, fits, made_at, made_by)
VALUES (:id, :circle, :day, :at, :zone, :version, :criteria, :looked, :fits, :made_at, :made_by)
ON CONFLICT (id) DO NOTHING;

-- name: seed_line_add
INSERT INTO seed_line (list, member, place, met, evidence)
VALUES (:list, :member, :place, :met, :evidence)
ON CONFLICT (list, member) DO NOTHING;

-- name: seed_list_get
SELECT * FROM seed_list WHERE id = :id;

-- name: seed_lists
SELECT * FROM seed_list WHERE CAST(:circle AS TEXT) IS NULL OR circle = :circle
ORDER BY at DESC, id LIMIT :n;

-- name: seed_lines
-- Whom a list names, as they are called now.
SELECT l.member AS id, l.place, l.met, l.evidence, COALESCE(m.person, l.member) AS member, p.name
FROM seed_line l LEFT JOIN member m ON m.id = l.member
LEFT JOIN member p ON p.id = COALESCE(m.person, m.id)
WHERE l.list = :list ORDER BY CASE WHEN l.place = 0 THEN 1 ELSE 0 END, l.place, l.met DESC, l.member;

-- name: seeds_of
SELECT * FROM seed WHERE member IN (:members…) ORDER BY asked_at, event;

-- name: seeds_in
-- Invitations in a circle, the latest first.
SELECT s.*, m.name FROM seed s LEFT JOIN member m ON m.id = s.member
WHERE s.circle = :circle ORDER BY s.asked_at DESC, s.event LIMIT :n;

-- name: seeds_by_list
SELECT * FROM seed WHERE list = :list ORDER BY asked_at, event;

-- name: seeds_counts
SELECT circle, state, COUNT(*) AS n FROM seed GROUP BY circle, state;

-- name: seed_put
INSERT INTO seed (event, member, circle, list, state, asked_at, until, answered_at, ends_at, ended_at,
                  actor)
VALUES (:event, :member, :circle, :list, :state, :asked_at, :until, :answered_at, :ends_at, :ended_at,
        :actor);

-- name: seeds_drop
DELETE FROM seed WHERE member IN (:members…);

-- name: seeds_clear
DELETE FROM seed;

-- name: seed_candidates
-- Who was in a circle at a moment, behind an id, since when.
SELECT member, MIN(since) AS since FROM stay
WHERE kind = 'circle' AND place = :circle AND since <= :at AND (until IS NULL OR until > :at)
  AND member > :after
GROUP BY member ORDER BY member LIMIT :n;

-- name: seed_inside
-- Which of these persons are in a circle at a moment.
SELECT DISTINCT member FROM stay
WHERE kind = 'circle' AND place = :circle AND since <= :at AND (until IS NULL OR until > :at)
  AND member IN (:members…);

-- name: edges_by
-- Who came by these.
SELECT member, inviter, at, code, event FROM invite_edge
WHERE inviter IN (:inviters…) AND inviter <> '';
