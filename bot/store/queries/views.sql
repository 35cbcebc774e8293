-- What dashboards ask that no page of its own does.

-- name: persona_changes
-- How often another version of each of these began to serve.
SELECT subject, COUNT(*) AS n FROM audit
WHERE subject IN (:subjects…) AND at >= :since AND at < :until
  AND event IN ('publish', 'rollback')
GROUP BY subject;

-- name: persona_serving
SELECT name, version FROM published WHERE kind = 'persona';

-- name: delivery_now
-- Where messages stand, each by a small index and no further than :most; of those that could not be
-- sent the latest.
SELECT (SELECT COUNT(*) FROM (SELECT 1 AS one FROM outbox WHERE state = 'ready' LIMIT :most) AS a) AS ready,
       (SELECT COUNT(*) FROM (SELECT 1 AS one FROM tap
                              WHERE state <> 'over' AND state = 'open' LIMIT :most) AS b) AS taps,
       (SELECT COUNT(*) FROM (SELECT 1 AS one FROM outbox WHERE state = 'unsure' LIMIT :most) AS c) AS unsure,
       (SELECT COUNT(*) FROM (SELECT created_at FROM outbox WHERE state = 'dead'
                              ORDER BY id DESC LIMIT :most) AS d
        WHERE d.created_at >= :since) AS failed;
