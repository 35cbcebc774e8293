-- Worlds of a given size, made inside the database from numbers. /*rows…*/ is the numbers from
-- :first to :last; the factor is Knuth's multiplicative hash: even, and equal on any machine.

-- name: bench_numbers
WITH RECURSIVE numbers (i) AS (
    SELECT CAST(:first AS BIGINT) UNION ALL SELECT i + 1 FROM numbers WHERE i < :last)
SELECT i, (i * 2654435761) % 4294967296 / 65536 AS h FROM numbers;

-- name: bench_due
INSERT INTO due (key, kind, at, data)
SELECT 'flow/' || CAST(i AS TEXT) || '/bench', 'flow', :at + i * :apart,
       '{"run": ' || CAST(i AS TEXT) || ', "step": "bench"}'
FROM (/*rows…*/) AS r;

-- name: bench_member
INSERT INTO member (id, name, promo_ok, gender, kind, created_at)
SELECT 'wmBench' || CAST(1000000000 + i AS TEXT), '客' || CAST(i AS TEXT),
       CASE WHEN h % 10 = 0 THEN 0 ELSE 1 END, h % 3, 1, :now
FROM (/*rows…*/) AS r;

-- name: bench_number
INSERT INTO member_no (member)
SELECT 'wmBench' || CAST(1000000000 + i AS TEXT) FROM (/*rows…*/) AS r;

-- name: bench_own_tag
INSERT INTO own_tag (name) SELECT 'T' || CAST(i AS TEXT) FROM (/*rows…*/) AS r;

-- name: bench_member_tag
-- Five tags each, one of every residue of five: 37 of 100 members have T0 to T4, 17 of 1,000 have
-- T95 to T99, and T100 (instead of the fifth) is one member's of 997. Brought by a file.
INSERT INTO member_tag (tag, no)
SELECT o.id, n.no
FROM (SELECT i, 'T' || CAST(CASE WHEN k = 4 AND i % 997 = 0 THEN 100
                                 ELSE 5 * (g * g * g * 20 / 1000000000) + k END AS TEXT) AS name
      FROM (SELECT i, k, ((i * 5 + k) * 2654435761) % 4294967296 / 65536 % 1000 AS g
            FROM (/*rows…*/) AS r
            CROSS JOIN (SELECT 0 AS k UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3
                        UNION ALL SELECT 4) AS five) AS t) AS m
JOIN own_tag AS o ON o.name = m.name
JOIN member_no AS n ON n.member = 'wmBench' || CAST(1000000000 + m.i AS TEXT);

-- name: bench_friend
INSERT INTO friend (member, account, since, state)
SELECT 'wmBench' || CAST(1000000000 + i AS TEXT), 'acc' || CAST(h % 8 AS TEXT),
       :now - (h % 700) * 86400000, CASE WHEN h % 4 = 0 THEN 'poster' ELSE '' END
FROM (/*rows…*/) AS r;

-- name: bench_conversation
INSERT INTO conversation (id, channel, account, peer, member, last_in_at, created_at)
SELECT 'kf:wk' || CAST(h % 8 AS TEXT) || ':wmBench' || CAST(1000000000 + i AS TEXT), 'kf',
       'wk' || CAST(h % 8 AS TEXT), 'wmBench' || CAST(1000000000 + i AS TEXT),
       'wmBench' || CAST(1000000000 + i AS TEXT),
       :now - ((i * 40503) % 1000) * 10800000, :now
FROM (/*rows…*/) AS r;
