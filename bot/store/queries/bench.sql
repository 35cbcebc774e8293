-- What only the benchmarks run: bare floors, the best sentences that one would write by hand.

-- name: bench_due_waiting
SELECT COUNT(*) AS n FROM due WHERE state = 'waiting';

-- name: bench_due_take
SELECT id, key, kind, at, data FROM due WHERE state = 'waiting' AND at <= :now
ORDER BY at, id LIMIT :n;

-- name: bench_due_claim
UPDATE due SET state = 'done', note = ''
WHERE id IN (SELECT id FROM due WHERE state = 'waiting' AND at <= :now ORDER BY at, id LIMIT :n)
  AND state = 'waiting'
RETURNING id, key, kind, at, data;

-- name: bench_segment_small
SELECT COUNT(DISTINCT f.member) AS n FROM friend_tag AS f
WHERE f.tag = 'et95'
  AND NOT EXISTS (SELECT 1 FROM friend_tag AS x WHERE x.member = f.member AND x.tag = 'et0')
  AND EXISTS (SELECT 1 FROM conversation AS c WHERE c.member = f.member AND c.last_in_at > :since);

-- name: bench_segment_some
SELECT COUNT(DISTINCT f.member) AS n FROM friend_tag AS f
WHERE f.tag = 'et95'
  AND NOT EXISTS (SELECT 1 FROM friend_tag AS x WHERE x.member = f.member AND x.tag = 'et0')
  AND EXISTS (SELECT 1 FROM conversation AS c WHERE c.member = f.member AND c.last_in_at > :since);

-- name: bench_segment_many
SELECT COUNT(*) AS n FROM member AS m
WHERE m.promo_ok = 1
  AND NOT EXISTS (SELECT 1 FROM friend_tag AS x WHERE x.member = m.id AND x.tag = 'et0')
  AND EXISTS (SELECT 1 FROM conversation AS c WHERE c.member = m.id AND c.last_in_at > :since);

-- name: bench_segment_large
SELECT COUNT(DISTINCT f.member) AS n FROM friend_tag AS f
WHERE f.tag = 'et0'
  AND NOT EXISTS (SELECT 1 FROM friend_tag AS x WHERE x.member = f.member AND x.tag = 'et1')
  AND EXISTS (SELECT 1 FROM conversation AS c WHERE c.member = f.member AND c.last_in_at > :since);

-- name: bench_segment_negative
SELECT COUNT(*) AS n FROM member AS m
WHERE m.promo_ok = 1
  AND NOT EXISTS (SELECT 1 FROM friend_tag AS x WHERE x.member = m.id AND x.tag = 'et0')
  AND NOT EXISTS (SELECT 1 FROM conversation AS c WHERE c.member = m.id AND c.last_in_at > :since);
