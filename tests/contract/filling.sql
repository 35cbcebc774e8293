-- A brand that has been at work for long, made inside the database as bot/store/queries/pieces/
-- bench.sql makes members: /*rows…*/ is the numbers from :first to :last.

-- name: bench_tag
INSERT INTO tag (id, tag_group, name)
SELECT 'et' || CAST(i AS TEXT), 'bench', 'T' || CAST(i AS TEXT) FROM (/*rows…*/) AS r;

-- name: bench_friend_tag
-- As bench_member_tag, worn in the client.
INSERT INTO friend_tag (member, account, tag)
SELECT 'wmBench' || CAST(1000000000 + i AS TEXT), 'acc' || CAST(h % 8 AS TEXT),
       'et' || CAST(CASE WHEN k = 4 AND i % 997 = 0 THEN 100
                         ELSE 5 * (g * g * g * 20 / 1000000000) + k END AS TEXT)
FROM (SELECT i, h, k, ((i * 5 + k) * 2654435761) % 4294967296 / 65536 % 1000 AS g
      FROM (/*rows…*/) AS r
      CROSS JOIN (SELECT 0 AS k UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3
                  UNION ALL SELECT 4) AS five) AS t;

-- name: bench_talk
INSERT INTO conversation (id, channel, account, peer, member, persona, last_in_at, answered_at,
                          activity_at, mode, held_by, held_at, active_at, waiting_since,
                          waiting_why, waiting_for, snoozed_until, complaint_at, handed_at,
                          created_at)
SELECT 'kf:wk' || CAST(i % 4 AS TEXT) || ':wmBench' || CAST(1000000000 + i AS TEXT), 'kf',
       'wk' || CAST(i % 4 AS TEXT), 'wmBench' || CAST(1000000000 + i AS TEXT),
       'wmBench' || CAST(1000000000 + i AS TEXT), 'bench', :now - h * 60000,
       :now - h * 60000 + CASE WHEN h % 100 < 10 THEN -1 ELSE 1 END, :now - h * 60000 + 1,
       CASE WHEN h % 100 IN (20, 21) THEN 'staff' WHEN h % 100 = 40 THEN 'muted' ELSE 'auto' END,
       CASE WHEN h % 100 = 20 THEN 'wang' WHEN h % 100 = 21 THEN 'li' ELSE '' END,
       CASE WHEN h % 100 IN (20, 21) THEN :now END, CASE WHEN h % 100 IN (20, 21) THEN :now END,
       CASE WHEN h % 100 IN (1, 2, 3, 21, 30) THEN :now - h * 60000 END,
       CASE WHEN h % 100 = 1 THEN 'complaint' WHEN h % 100 IN (2, 3, 30) THEN 'rule' ELSE '' END,
       '', CASE WHEN h % 100 = 30 THEN :now + 3600000 END,
       CASE WHEN h % 100 IN (1, 21) THEN :now - h * 60000 END,
       CASE WHEN h % 100 = 21 THEN :now - h * 60000 END, :now
FROM (/*rows…*/) AS r;

-- name: bench_heard
INSERT INTO inbox (conversation, dedupe, channel, account, peer, kind, text, sent_at, received_at,
                   state)
SELECT 'kf:wk' || CAST(t % 4 AS TEXT) || ':wmBench' || CAST(1000000000 + t AS TEXT),
       'bench:' || CAST(i AS TEXT), 'kf', 'wk' || CAST(t % 4 AS TEXT),
       'wmBench' || CAST(1000000000 + t AS TEXT), 'text',
       CASE WHEN i % 3 = 0 THEN substr(CAST(:corpus AS TEXT), 1, 2) ELSE '' END
       || substr(CAST(:corpus AS TEXT), CAST(1 + h % :length AS INTEGER),
                 CAST(4 + h % 31 AS INTEGER)),
       :now - (1000000 - i) * 1000, :now - (1000000 - i) * 1000, 'done'
FROM (SELECT i, h, (i / 5) % :talks AS t FROM (/*rows…*/) AS r) AS x WHERE i % 5 < 3;

-- name: bench_told
INSERT INTO replies (at, persona, persona_version, account, channel, member, conversation, kind,
                     origin, operator, text, status, outbox, peer)
SELECT :now - (1000000 - i) * 1000, 'bench', 1, 'wk' || CAST(t % 4 AS TEXT), 'kf',
       'wmBench' || CAST(1000000000 + t AS TEXT),
       'kf:wk' || CAST(t % 4 AS TEXT) || ':wmBench' || CAST(1000000000 + t AS TEXT), 'reply',
       'reply', 'bot',
       CASE WHEN i % 3 = 0 THEN substr(CAST(:corpus AS TEXT), 1, 2) ELSE '' END
       || substr(CAST(:corpus AS TEXT), CAST(1 + h % :length AS INTEGER),
                 CAST(4 + h % 31 AS INTEGER)),
       'sent', COALESCE((SELECT o.id FROM outbox AS o WHERE o.dedupe = 'bench:' || CAST(i AS TEXT)), 1),
       'wmBench' || CAST(1000000000 + t AS TEXT)
FROM (SELECT i, h, (i / 5) % :talks AS t FROM (/*rows…*/) AS r) AS x WHERE i % 5 >= 3;

-- name: bench_sent
INSERT INTO outbox (lane, pool, channel, account, peer, kind, body, origin, persona,
                    persona_version, operator, conversation, member, dedupe, priority, send_at,
                    state, attempts, retry_at, provider_id, created_at)
SELECT talk, 'reply', 'kf', 'wk' || CAST(t % 4 AS TEXT), who, 'reply',
       '{"type": "text", "text": "' || substr(CAST(:corpus AS TEXT), 1, 20) || '"}', 'reply',
       'bench', 1, 'bot', talk, who, 'bench:' || CAST(i AS TEXT), 0,
       :now - (1000000 - i) * 1000, 'sent', 1, :now - (1000000 - i) * 1000, 'bench' || CAST(i AS TEXT),
       :now - (1000000 - i) * 1000
FROM (SELECT i, t, 'wmBench' || CAST(1000000000 + t AS TEXT) AS who,
             'kf:wk' || CAST(t % 4 AS TEXT) || ':wmBench' || CAST(1000000000 + t AS TEXT) AS talk
      FROM (SELECT i, (i / 5) % :talks AS t FROM (/*rows…*/) AS r) AS y) AS x WHERE i % 5 >= 3;

-- name: bench_steps
-- What the product writes down about each sent row: queued, on its way, received.
INSERT INTO audit (at, actor, subject, event, before, after)
SELECT o.created_at + k, CASE WHEN k = 0 THEN 'bot' ELSE 'deliver' END,
       'outbox:' || CAST(o.id AS TEXT),
       CASE WHEN k = 0 THEN 'enqueue' WHEN k = 1 THEN 'send' ELSE 'sent' END,
       CASE WHEN k = 0 THEN '' WHEN k = 1 THEN 'ready' ELSE 'sending' END,
       CASE WHEN k = 0 THEN 'ready' WHEN k = 1 THEN 'sending' ELSE 'sent' END
FROM (/*rows…*/) AS r JOIN outbox AS o ON o.dedupe = 'bench:' || CAST(i AS TEXT)
CROSS JOIN (SELECT 0 AS k UNION ALL SELECT 1 UNION ALL SELECT 2) AS three;

-- name: bench_deeds
-- What people did, each of fifty in turn.
INSERT INTO audit (at, actor, subject, event, before, after, person)
SELECT :now - (:last - i) * 20000, 'staff' || CAST(h % 50 AS TEXT),
       'conversation:kf:wk' || CAST(t % 4 AS TEXT) || ':wmBench' || CAST(1000000000 + t AS TEXT),
       CASE WHEN i % 2 = 0 THEN 'take' ELSE 'release' END,
       CASE WHEN i % 2 = 0 THEN 'auto' ELSE 'staff' END,
       CASE WHEN i % 2 = 0 THEN 'staff' ELSE 'auto' END, 1
FROM (SELECT i, h, i / 2 % :talks AS t FROM (/*rows…*/) AS r) AS x;

-- name: bench_note
INSERT INTO desk_note (conversation, at, author, text)
SELECT 'kf:wk' || CAST(i % :talks % 4 AS TEXT) || ':wmBench'
       || CAST(1000000000 + i % :talks AS TEXT),
       :now - (1000000 - i) * 1000, 'wang',
       substr(CAST(:corpus AS TEXT), CAST(1 + h % :length AS INTEGER), 30)
FROM (/*rows…*/) AS r;
