-- name: actdesk_runs
-- Runs of one activity or of all, the latest first, behind a moment.
SELECT * FROM activity_run
WHERE (CAST(:activity AS TEXT) IS NULL OR activity = :activity)
  AND (announce_at < :at OR (announce_at = :at AND id > :after))
ORDER BY announce_at DESC, id LIMIT :n;

-- name: actdesk_tallies
-- Of each of these runs: how much was done, by whether it counts, and by how many.
SELECT run, COUNT(*) AS n, COUNT(DISTINCT member) AS people,
    SUM(CASE WHEN state = 'counted' THEN 1 ELSE 0 END) AS counted,
    SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END) AS waiting
FROM entry WHERE run IN (:runs…) GROUP BY run;

-- name: actdesk_waiting
-- What nobody has looked at yet, by run.
SELECT run, COUNT(*) AS n FROM entry WHERE state = 'waiting' GROUP BY run;

-- name: actdesk_unseen
SELECT * FROM entry WHERE state = 'waiting' ORDER BY at, event LIMIT :n;

-- name: actdesk_closed
-- Runs that are over and have no winners yet.
SELECT * FROM activity_run WHERE state = 'closed' ORDER BY announce_at, id;

-- name: actdesk_owed
-- Posts of activities that nobody has tapped yet; few stand at a time.
SELECT o.origin, o.id AS outbox, t.account, t.targets
FROM tap t JOIN outbox o ON o.id = t.outbox
WHERE t.state = 'open' AND t.opened_at IS NOT NULL AND o.origin LIKE 'activity:%'
ORDER BY o.origin, t.account, o.id;

-- name: actdesk_kinds
SELECT kind, state, which, COUNT(*) AS n FROM
    (SELECT kind, state, CASE WHEN kind IN ('teamed', 'submitted') THEN which ELSE '' END AS which
     FROM entry WHERE run = :run) AS e
GROUP BY kind, state, which ORDER BY kind, state, which;

-- name: actdesk_people
SELECT COUNT(DISTINCT member) AS n FROM entry WHERE run = :run;

-- name: actdesk_slots
-- How much was done in each stretch of so many ms since a moment.
SELECT (at - :since) / :step AS slot, COUNT(*) AS n FROM entry
WHERE run = :run AND at >= :since GROUP BY (at - :since) / :step ORDER BY slot;

-- name: actdesk_latest
SELECT * FROM entry WHERE run = :run ORDER BY at DESC, event DESC LIMIT :n;

-- name: actdesk_page
-- Entries of a run in one state, or in all, behind a place, in the order in which they came.
SELECT * FROM entry
WHERE run = :run AND (CAST(:state AS TEXT) IS NULL OR state = :state)
  AND (at > :at OR (at = :at AND event > :after))
ORDER BY at, event LIMIT :n;

-- name: actdesk_votes
-- What was voted for, the most first.
SELECT which, COUNT(*) AS n FROM ballot WHERE run = :run AND state = 'counted'
GROUP BY which ORDER BY n DESC, which LIMIT :n;

-- name: actdesk_votes_of
SELECT which, COUNT(*) AS n FROM ballot
WHERE run = :run AND state = 'counted' AND which IN (:events…) GROUP BY which;

-- name: actdesk_entries
SELECT * FROM entry WHERE event IN (:events…);

-- name: actdesk_streaks
-- How many have checked in on how many days in a row, up to one of these days or later.
SELECT streak, COUNT(*) AS n FROM streak
WHERE activity = :activity AND last_day >= :day GROUP BY streak ORDER BY streak DESC;

-- name: actdesk_streaks_top
SELECT * FROM streak WHERE activity = :activity AND last_day >= :day
ORDER BY streak DESC, best DESC, member LIMIT :n;

-- name: actdesk_helps
-- Helps by whether they count, and by how many were helped.
SELECT state, COUNT(*) AS n, COUNT(DISTINCT member) AS people FROM helping
WHERE run = :run GROUP BY state ORDER BY state;

-- name: actdesk_full
-- How many have at least so many helpers.
SELECT COUNT(*) AS n FROM (SELECT member FROM helping WHERE run = :run AND state = 'counted'
                           GROUP BY member HAVING COUNT(*) >= :need) AS full_ones;

-- name: actdesk_over
-- What does not count, behind a place, in the order in which it came.
SELECT * FROM entry
WHERE run = :run AND state NOT IN ('counted', 'waiting')
  AND (at > :at OR (at = :at AND event > :after))
ORDER BY at, event LIMIT :n;

-- name: actdesk_over_count
SELECT state, COUNT(*) AS n FROM entry
WHERE run = :run AND state NOT IN ('counted', 'waiting') GROUP BY state ORDER BY state;

-- name: wall_page
-- Questions of a run behind a place, with what was answered: on air, or by a colleague in writing.
-- which: '' all, open, answered.
SELECT e.*, w.at AS told_at, w.actor AS told_by, w.words AS told_words, r.at AS written_at
FROM entry e LEFT JOIN wall_answer w ON w.event = e.event
LEFT JOIN (SELECT i.event, MIN(p.at) AS at FROM entry i
           JOIN replies p ON p.member = i.member AND p.at > i.at AND p.kind = 'staff'
           WHERE i.run = :run GROUP BY i.event) AS r ON r.event = e.event
WHERE e.run = :run AND e.kind = 'submitted' AND e.state IN ('counted', 'waiting')
  AND (CAST(:which AS TEXT) = '' OR (CASE WHEN w.event IS NULL AND r.event IS NULL
                                     THEN 'open' ELSE 'answered' END) = :which)
  AND (e.at > :at OR (e.at = :at AND e.event > :after))
ORDER BY e.at, e.event LIMIT :n;

-- name: wall_count
SELECT COUNT(*) AS n,
    SUM(CASE WHEN w.event IS NULL AND r.event IS NULL THEN 1 ELSE 0 END) AS open
FROM entry e LEFT JOIN wall_answer w ON w.event = e.event
LEFT JOIN (SELECT DISTINCT i.event FROM entry i
           JOIN replies p ON p.member = i.member AND p.at > i.at AND p.kind = 'staff'
           WHERE i.run = :run) AS r ON r.event = e.event
WHERE e.run = :run AND e.kind = 'submitted' AND e.state IN ('counted', 'waiting');

-- name: wall_talks
-- The latest conversation of each of these, and his last words there.
SELECT c.member, c.id AS conversation, i.text, i.received_at AS at
FROM conversation c JOIN inbox i ON i.id = (
    SELECT MAX(n.id) FROM inbox n WHERE n.conversation = c.id AND n.kind <> 'event')
WHERE c.member IN (:members…) ORDER BY i.received_at;

-- name: wall_put
INSERT INTO wall_answer (event, member, at, actor, words)
SELECT CAST(:event AS TEXT), CAST(:member AS TEXT), CAST(:now AS BIGINT), CAST(:actor AS TEXT),
       CAST(:words AS TEXT) WHERE 1 = 1
ON CONFLICT (event) DO NOTHING;

-- name: wall_drop
DELETE FROM wall_answer WHERE event = :event;

-- name: community_members
-- Who is at a level or has a badge, the latest first, behind a place.
SELECT s.member, s.points, s.level, s.level_at AS at, m.name, c.name AS codename
FROM standing s LEFT JOIN member m ON m.id = s.member
LEFT JOIN codename c ON c.member = s.member AND c.circle = s.circle
WHERE s.mark = :mark AND s.member > :after ORDER BY s.member LIMIT :n;

-- name: community_holders
SELECT b.member, b.badge, b.at, b.given, b.actor, b.why, m.name, c.name AS codename
FROM badge b LEFT JOIN member m ON m.id = b.member
LEFT JOIN codename c ON c.member = b.member AND c.circle = b.circle
WHERE b.mark = :mark AND b.until IS NULL AND b.member > :after ORDER BY b.member LIMIT :n;

-- name: community_names
SELECT c.member, c.name, c.at, m.name AS called FROM codename c
LEFT JOIN member m ON m.id = c.member
WHERE c.circle = :circle AND c.name > :after ORDER BY c.name, c.member LIMIT :n;

-- name: community_names_count
SELECT COUNT(*) AS n FROM codename WHERE circle = :circle;

-- name: community_claims
-- Rights that were taken in a circle, the latest first, before a place.
SELECT e.*, m.name FROM entitlement e LEFT JOIN member m ON m.id = e.member
WHERE e.circle = :circle AND (CAST(:entitled AS TEXT) IS NULL OR e.entitled = :entitled)
  AND (e.at < :at OR (e.at = :at AND e.event > :after))
ORDER BY e.at DESC, e.event LIMIT :n;

-- name: community_points_page
-- Points of one person in a circle, the latest first, before a place.
SELECT * FROM point WHERE member = :member AND circle = :circle
  AND (at < :at OR (at = :at AND cause > :after)) ORDER BY at DESC, cause, rule LIMIT :n;

-- name: community_at_least
SELECT COUNT(*) AS n FROM standing WHERE circle = :circle AND points >= :start;

-- name: community_earned
-- How many have points in a circle.
SELECT COUNT(*) AS n FROM standing WHERE circle = :circle AND points > 0;

-- name: actdesk_verdicts
-- What colleagues said about these entries.
SELECT * FROM event WHERE kind IN ('judged', 'struck') AND place IN (:events…) ORDER BY at, id;

-- name: actdesk_between
-- Runs that were announced in [since, until).
SELECT * FROM activity_run WHERE announce_at >= :since AND announce_at < :until
ORDER BY announce_at, id LIMIT :n;
