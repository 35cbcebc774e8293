-- name: segments
SELECT * FROM segment ORDER BY name;

-- name: segment_get
SELECT * FROM segment WHERE name = :name;

-- name: segment_put
INSERT INTO segment (name, words, made_by, made_at, changed_by, changed_at)
VALUES (:name, :words, :actor, :now, :actor, :now)
ON CONFLICT (name) DO UPDATE SET words = excluded.words, changed_by = excluded.changed_by,
                                 changed_at = excluded.changed_at, archived_at = NULL;

-- name: segment_archive
UPDATE segment SET archived_at = :at, changed_by = :actor, changed_at = :now WHERE name = :name;

-- name: segment_move
-- Under another name, with who made it.
INSERT INTO segment (name, words, made_by, made_at, changed_by, changed_at)
VALUES (:name, :words, :made_by, :made_at, :actor, :now)
ON CONFLICT (name) DO UPDATE SET words = excluded.words, made_by = excluded.made_by,
                                 made_at = excluded.made_at, changed_by = excluded.changed_by,
                                 changed_at = excluded.changed_at, archived_at = NULL;

-- name: segment_point
UPDATE segment SET words = :words, archived_at = :now, changed_by = :actor, changed_at = :now
WHERE name IN (:names…);

-- name: segment_days_forget
DELETE FROM segment_day WHERE segment = :name;

-- name: segment_days_move
UPDATE segment_day SET segment = :new WHERE segment = :old;

-- name: segment_day_put
INSERT INTO segment_day (segment, day, members, at) VALUES (:name, :day, :members, :now)
ON CONFLICT (segment, day) DO UPDATE SET members = excluded.members, at = excluded.at;

-- name: segment_days
SELECT * FROM segment_day WHERE day >= :since ORDER BY segment, day;

-- name: segment_days_of
SELECT * FROM segment_day WHERE segment = :name AND day >= :since ORDER BY day;

-- name: segment_days_old
DELETE FROM segment_day WHERE day < :before;

-- name: segments_uncounted
SELECT s.* FROM segment AS s
WHERE s.archived_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM segment_day AS d WHERE d.segment = s.name AND d.day = :day)
ORDER BY s.name;

-- Values of fields that somebody has, those of most members first. Somebody with several ids counts
-- for each of them here: this is for choosing, not for counting.

-- name: values_tag
SELECT v.name AS value, SUM(v.n) AS n FROM (
    SELECT t.name AS name, x.n AS n
    FROM (SELECT tag, COUNT(DISTINCT member) AS n FROM friend_tag GROUP BY tag) AS x
    JOIN tag AS t ON t.id = x.tag AND t.gone_at IS NULL
    UNION ALL
    SELECT o.name AS name, x.n AS n
    FROM (SELECT tag, COUNT(*) AS n FROM member_tag GROUP BY tag) AS x
    JOIN own_tag AS o ON o.id = x.tag) AS v
GROUP BY v.name ORDER BY n DESC, value LIMIT :most;

-- name: values_account
SELECT account AS value, COUNT(*) AS n FROM friend WHERE until IS NULL
GROUP BY account ORDER BY n DESC, value LIMIT :most;

-- name: values_source
SELECT state AS value, COUNT(DISTINCT member) AS n FROM friend WHERE state <> ''
GROUP BY state ORDER BY n DESC, value LIMIT :most;

-- name: values_group
SELECT c.name AS value, SUM(x.n) AS n
FROM (SELECT chat, COUNT(*) AS n FROM chat_member WHERE left_at IS NULL AND staff = 0
      GROUP BY chat) AS x
JOIN chat AS c ON c.id = x.chat
WHERE c.name <> '' AND c.dismissed_at IS NULL
GROUP BY c.name ORDER BY n DESC, value LIMIT :most;

-- name: values_circle
SELECT c.title AS value, COUNT(s.member) AS n FROM circle AS c
LEFT JOIN stay AS s ON s.kind = 'circle' AND s.place = c.id AND s.until IS NULL
GROUP BY c.id, c.title ORDER BY n DESC, value LIMIT :most;

-- name: values_fact
-- What only one has would name him.
SELECT f.name, f.value, x.n
FROM (SELECT mark, MIN(no) AS no, COUNT(*) AS n FROM fact WHERE won = 1
      GROUP BY mark HAVING COUNT(*) > 1 ORDER BY n DESC, mark LIMIT :most) AS x
JOIN fact AS f ON f.mark = x.mark AND f.no = x.no AND f.won = 1
ORDER BY x.n DESC, x.mark;

-- name: values_knows
SELECT name, COUNT(*) AS n FROM fact WHERE won = 1 GROUP BY name ORDER BY n DESC, name LIMIT :most;

-- name: values_need
SELECT word AS value, COUNT(*) AS n FROM need GROUP BY word ORDER BY n DESC, value LIMIT :most;

-- name: values_consent
SELECT purpose AS value, COUNT(*) AS n FROM member_consent WHERE given = 1
GROUP BY purpose ORDER BY n DESC, value LIMIT :most;

-- name: values_order
SELECT category AS value, COUNT(DISTINCT member) AS n FROM purchase
WHERE category <> '' AND state NOT IN ('refunded', 'cancelled')
GROUP BY category ORDER BY n DESC, value LIMIT :most;

-- name: values_stage
SELECT category || '/' || stage AS value, COUNT(*) AS n FROM journey
WHERE latest = 1 AND stage <> '' GROUP BY category, stage ORDER BY n DESC, 1 LIMIT :most;

-- name: values_level
SELECT w.word AS value, COUNT(s.member) AS n FROM community_word AS w
LEFT JOIN standing AS s ON s.mark = w.mark
WHERE w.kind = 'level' GROUP BY w.word ORDER BY n DESC, value LIMIT :most;

-- name: values_badge
SELECT w.word AS value, COUNT(b.member) AS n FROM community_word AS w
LEFT JOIN badge AS b ON b.mark = w.mark AND b.until IS NULL
WHERE w.kind = 'badge' GROUP BY w.word ORDER BY n DESC, value LIMIT :most;
