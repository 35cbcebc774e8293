-- What only the benchmarks run: bare floors, the best sentences that one would write by hand.

-- name: bench_due_take
SELECT id, key, kind, at, data FROM due WHERE state = 'waiting' AND at <= :now
ORDER BY at, id LIMIT :n;

-- name: bench_due_claim
UPDATE due SET state = 'done', note = ''
WHERE id IN (SELECT id FROM due WHERE state = 'waiting' AND at <= :now ORDER BY at, id LIMIT :n)
  AND state = 'waiting'
RETURNING id, key, kind, at, data;

-- name: bench_segment_some
SELECT COUNT(*) AS n FROM member_tag AS t JOIN member_no AS n ON n.no = t.no
WHERE t.tag = (SELECT id FROM own_tag WHERE name = 'T95')
  AND NOT EXISTS (SELECT 1 FROM member_tag AS x WHERE x.no = t.no
                  AND x.tag = (SELECT id FROM own_tag WHERE name = 'T0'))
  AND EXISTS (SELECT 1 FROM conversation AS c
              WHERE c.member = n.member AND c.last_in_at > :since);

-- name: bench_segment_large
SELECT COUNT(*) AS n FROM member_tag AS t JOIN member_no AS n ON n.no = t.no
WHERE t.tag = (SELECT id FROM own_tag WHERE name = 'T0')
  AND NOT EXISTS (SELECT 1 FROM member_tag AS x WHERE x.no = t.no
                  AND x.tag = (SELECT id FROM own_tag WHERE name = 'T1'))
  AND EXISTS (SELECT 1 FROM conversation AS c
              WHERE c.member = n.member AND c.last_in_at > :since);

-- name: bench_segment_many
SELECT COUNT(*) AS n FROM member AS m JOIN member_no AS n ON n.member = m.id
WHERE m.promo_ok = 1
  AND NOT EXISTS (SELECT 1 FROM member_tag AS x WHERE x.no = n.no
                  AND x.tag = (SELECT id FROM own_tag WHERE name = 'T0'))
  AND EXISTS (SELECT 1 FROM conversation AS c
              WHERE c.member = m.id AND c.last_in_at > :since);

-- name: bench_segment_negative
SELECT COUNT(*) AS n FROM member AS m JOIN member_no AS n ON n.member = m.id
WHERE m.promo_ok = 1
  AND NOT EXISTS (SELECT 1 FROM member_tag AS x WHERE x.no = n.no
                  AND x.tag = (SELECT id FROM own_tag WHERE name = 'T0'))
  AND NOT EXISTS (SELECT 1 FROM conversation AS c
              WHERE c.member = m.id AND c.last_in_at > :since);
