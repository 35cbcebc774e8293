-- name: member_link_take
-- The first browser has the link; the same one may come again.
INSERT INTO member_link (link, browser, until) VALUES (:link, :browser, :until)
ON CONFLICT (link) DO UPDATE SET until = :until WHERE member_link.browser = :browser
RETURNING browser;

-- name: member_link_sweep
DELETE FROM member_link WHERE until <= :now;

-- name: photo_add
INSERT INTO photo (id, member, run, at, type, content)
VALUES (:id, :member, :run, :now, :type, :content)
ON CONFLICT (id) DO NOTHING;

-- name: photo_get
SELECT * FROM photo WHERE id = :id;

-- name: photos_count
SELECT COUNT(*) AS n FROM photo WHERE member = :member AND run = :run;

-- name: board_first
-- Who of a circle has the most points.
SELECT s.member, s.points, s.level, c.name AS codename FROM standing s
LEFT JOIN codename c ON c.member = s.member AND c.circle = s.circle
WHERE s.circle = :circle AND s.points > 0
  AND EXISTS (SELECT 1 FROM stay t WHERE t.member = s.member AND t.kind = 'circle'
              AND t.place = s.circle AND t.until IS NULL)
ORDER BY s.points DESC, s.member DESC LIMIT :n;

-- name: board_above
-- The next ones above so many points.
SELECT s.member, s.points, s.level, c.name AS codename FROM standing s
LEFT JOIN codename c ON c.member = s.member AND c.circle = s.circle
WHERE s.circle = :circle AND s.points > :points
  AND EXISTS (SELECT 1 FROM stay t WHERE t.member = s.member AND t.kind = 'circle'
              AND t.place = s.circle AND t.until IS NULL)
ORDER BY s.points, s.member LIMIT :n;

-- name: board_below
-- The next ones who have as many points, or fewer.
SELECT s.member, s.points, s.level, c.name AS codename FROM standing s
LEFT JOIN codename c ON c.member = s.member AND c.circle = s.circle
WHERE s.circle = :circle AND s.points <= :points AND s.points > 0 AND s.member <> :member
  AND EXISTS (SELECT 1 FROM stay t WHERE t.member = s.member AND t.kind = 'circle'
              AND t.place = s.circle AND t.until IS NULL)
ORDER BY s.points DESC, s.member DESC LIMIT :n;

-- name: board_before
-- How many have more points; counted as far as :most.
SELECT COUNT(*) AS n FROM (
    SELECT 1 AS one FROM standing s WHERE s.circle = :circle AND s.points > :points
      AND EXISTS (SELECT 1 FROM stay t WHERE t.member = s.member AND t.kind = 'circle'
                  AND t.place = s.circle AND t.until IS NULL)
    LIMIT :most) AS found;

-- name: circle_runs
-- Runs of a circle that are on, or that ended of late.
SELECT * FROM activity_run
WHERE circle = :circle AND close_at > :since AND announce_at <= :now
ORDER BY announce_at DESC, id LIMIT :n;

-- name: entries_shown
-- What was handed in to a run and counts, by those who agree to its being shown, the latest first,
-- with what it says.
SELECT e.event, e.member, e.at, e.which, e.ticket, v.data, c.name AS codename
FROM entry e JOIN event v ON v.dedupe = e.event
LEFT JOIN codename c ON c.member = e.member AND c.circle = :circle
WHERE e.run = :run AND e.state = 'counted' AND e.kind = 'submitted'
  AND EXISTS (SELECT 1 FROM member_no n JOIN member_consent a ON a.no = n.no
              WHERE n.member = e.member AND a.purpose = :purpose AND a.given = 1)
ORDER BY e.at DESC, e.event DESC LIMIT :n;

-- name: ballots_summed
SELECT which, COUNT(*) AS n FROM ballot WHERE run = :run AND state = 'counted' GROUP BY which;

-- name: winners_shown
-- Who won in these runs, under his code-name.
SELECT w.*, c.name AS codename FROM winner w
LEFT JOIN codename c ON c.member = w.member AND c.circle = :circle
WHERE w.run IN (:runs…) ORDER BY w.run, w.rank_of DESC, w.place, w.event LIMIT :n;

-- name: streaks_mine
SELECT * FROM streak WHERE member = :member;

-- name: points_latest
SELECT * FROM point WHERE member = :member AND circle = :circle ORDER BY at DESC, cause, rule LIMIT :n;

-- name: codename_in
SELECT * FROM codename WHERE member = :member AND circle = :circle;

-- name: wall_shown
-- Who has one of these badges and is in the circle now, the latest first, under his code-name.
SELECT b.member, b.badge, b.at, c.name AS codename FROM badge b
LEFT JOIN codename c ON c.member = b.member AND c.circle = b.circle
WHERE b.mark IN (:marks…) AND b.until IS NULL
  AND EXISTS (SELECT 1 FROM stay t WHERE t.member = b.member AND t.kind = 'circle'
              AND t.place = b.circle AND t.until IS NULL)
ORDER BY b.at DESC, b.member LIMIT :n;
