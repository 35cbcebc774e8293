-- name: circle_put
INSERT INTO circle (id, title) VALUES (:id, :title)
ON CONFLICT (id) DO UPDATE SET title = excluded.title;

-- name: circle_drop
DELETE FROM circle WHERE id = :id;

-- name: circles_known
SELECT id, title FROM circle ORDER BY id;

-- name: applications_drop
DELETE FROM application WHERE member IN (:members…);

-- name: application_add
INSERT INTO application (circle, member, at, answers, state, decided_at, decided_by, why)
VALUES (:circle, :member, :at, :answers, :state, :decided_at, :decided_by, :why);

-- name: applications_clear
DELETE FROM application;

-- name: applications_waiting
-- The longest wait first.
SELECT a.*, m.name FROM application AS a LEFT JOIN member AS m ON m.id = a.member
WHERE a.state = 'waiting' AND (CAST(:circle AS TEXT) IS NULL OR a.circle = :circle)
ORDER BY a.at, a.circle, a.member LIMIT :n;

-- name: application_of
SELECT * FROM application WHERE circle = :circle AND member = :member;

-- name: applications_count
SELECT circle, COUNT(*) AS n FROM application WHERE state = 'waiting' GROUP BY circle;

-- name: holdings_drop
DELETE FROM holding WHERE member IN (:members…);

-- name: holding_add
INSERT INTO holding (member, role, circle, since, ends, until, owner)
VALUES (:member, :role, :circle, :since, :ends, :until, :owner);

-- name: holdings_clear
DELETE FROM holding;

-- name: holdings_of
SELECT * FROM holding WHERE member = :member ORDER BY since DESC, role, circle;

-- name: holders
-- Who holds a role now; of one circle where it is named.
SELECT h.*, m.name FROM holding AS h LEFT JOIN member AS m ON m.id = h.member
WHERE h.until IS NULL AND (CAST(:circle AS TEXT) IS NULL OR h.circle = :circle)
ORDER BY h.circle, h.role, h.since, h.member LIMIT :n;

-- name: leading_events
SELECT * FROM event WHERE kind = 'led';

-- name: leading_add
INSERT INTO leadership (circle, since, persona, member, actor, note, event)
VALUES (:circle, :since, :persona, :member, :actor, :note, :event);

-- name: leading_clear
DELETE FROM leadership;

-- name: leading_of
-- The latest first.
SELECT * FROM leadership WHERE circle = :circle ORDER BY since DESC, event DESC;

-- name: circle_sizes
SELECT place, COUNT(*) AS n FROM stay WHERE kind = 'circle' AND until IS NULL GROUP BY place;

-- name: circle_full
-- A row when more than :last are in a circle.
SELECT member FROM stay WHERE kind = 'circle' AND place = :circle AND until IS NULL
LIMIT 1 OFFSET :last;

-- name: circle_active
-- Members of a circle whose talk with any account is younger than a moment.
SELECT COUNT(*) AS n FROM stay AS s
WHERE s.kind = 'circle' AND s.place = :circle AND s.until IS NULL
  AND EXISTS (SELECT 1 FROM conversation AS c WHERE c.member = s.member AND c.last_in_at >= :since);

-- name: circle_newcomers
SELECT COUNT(DISTINCT member) AS n FROM stay
WHERE kind = 'circle' AND place = :circle AND since >= :since;

-- name: circle_was_in
-- Whether he was in a circle before, and how that ended.
SELECT member, ended FROM stay
WHERE kind = 'circle' AND place = :circle AND member IN (:members…);

-- name: brought_newcomers
-- Who came into a circle, with whoever brought him there or, failing that, into a group.
SELECT s.member, s.place AS circle, s.since AS at, s.inviter,
       (SELECT g.inviter FROM stay AS g
        WHERE g.member = s.member AND g.kind = 'group' AND g.inviter <> '' AND g.since <= s.since
        ORDER BY g.since DESC, g.place LIMIT 1) AS taken_by
FROM stay AS s
WHERE s.kind = 'circle' AND s.since >= :since AND s.since < :before
  AND (CAST(:circle AS TEXT) IS NULL OR s.place = :circle)
ORDER BY s.since, s.member, s.place;

-- name: brought_seats
SELECT member, place AS circle, since, until FROM stay
WHERE kind = 'circle' AND member IN (:members…);

-- name: audience_circle_ids
SELECT id FROM (SELECT id, id AS word FROM circle
                UNION ALL SELECT id, title AS word FROM circle) AS w
WHERE word IN (:names…);

-- name: audience_circle_facts
SELECT s.member AS id, w.word AS found
FROM stay AS s JOIN (SELECT id, id AS word FROM circle
                     UNION ALL SELECT id, title AS word FROM circle) AS w ON w.id = s.place
WHERE s.member IN (:members…) AND s.kind = 'circle' AND s.until IS NULL;

-- name: audience_role_facts
SELECT member AS id, role AS found FROM holding WHERE member IN (:members…) AND until IS NULL;

-- name: circle_members
-- Who is in a circle now, by id; :pattern empty: all of them.
SELECT s.member, m.name, s.since, s.how, s.source, s.came, s.inviter
FROM stay AS s LEFT JOIN member AS m ON m.id = s.member
WHERE s.kind = 'circle' AND s.place = :circle AND s.until IS NULL AND s.member > :after
  AND (CAST(:pattern AS TEXT) = '' OR s.member = :text
       OR LOWER(m.name) LIKE LOWER(CAST(:pattern AS TEXT)) ESCAPE '\')
ORDER BY s.member LIMIT :n;

-- name: circle_beside
-- In which other circles the members of a circle are, too.
SELECT o.place AS circle, COUNT(*) AS n
FROM stay AS s JOIN stay AS o
  ON o.member = s.member AND o.kind = 'circle' AND o.until IS NULL AND o.place <> s.place
WHERE s.kind = 'circle' AND s.place = :circle AND s.until IS NULL
GROUP BY o.place ORDER BY 2 DESC, 1;

-- name: circle_groups
-- Customer groups that go by one of these names or ids, with how many members are in each.
SELECT c.id, c.name, c.owner,
       (SELECT COUNT(*) FROM stay AS s
        WHERE s.kind = 'group' AND s.place = c.id AND s.until IS NULL) AS members
FROM chat AS c
WHERE c.dismissed_at IS NULL AND (c.name IN (:names…) OR c.id IN (:ids…))
ORDER BY c.name, c.id;

-- name: leading_planned
-- Hand-overs that wait for their day.
SELECT at, data FROM due WHERE kind = 'lead' AND state = 'waiting' ORDER BY at, id;

-- name: applications_oldest
SELECT circle, COUNT(*) AS n, MIN(at) AS oldest FROM application
WHERE state = 'waiting' GROUP BY circle;

-- name: applications_page
-- The longest wait first, behind (:at, :place, :after).
SELECT a.circle, a.member, a.at, a.answers, m.name
FROM application AS a LEFT JOIN member AS m ON m.id = a.member
WHERE a.state = 'waiting' AND (CAST(:circle AS TEXT) = '' OR a.circle = :circle)
  AND (a.at > :at OR (a.at = :at AND (a.circle > :place
                                      OR (a.circle = :place AND a.member > :after))))
ORDER BY a.at, a.circle, a.member LIMIT :n;

-- name: applications_decided
-- What became of the latest ones, the latest decision first.
SELECT a.circle, a.member, a.state, a.decided_at, a.decided_by, a.why, m.name
FROM application AS a LEFT JOIN member AS m ON m.id = a.member
WHERE a.decided_at IS NOT NULL AND (CAST(:circle AS TEXT) = '' OR a.circle = :circle)
ORDER BY a.decided_at DESC, a.circle, a.member LIMIT :n;
