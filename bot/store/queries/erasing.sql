-- Erasing a person: the journal, and what the other rooms have no question for.

-- name: erasure_begin
INSERT INTO erasure (gone, actor, begun_at, todo, counts)
VALUES (:gone, :actor, :now, :todo, '{}') RETURNING id;

-- name: erasure_open
SELECT * FROM erasure WHERE done_at IS NULL ORDER BY id;

-- name: erasure_get
SELECT * FROM erasure WHERE id = :id;

-- name: erasure_counts
UPDATE erasure SET counts = :counts WHERE id = :id;

-- name: erasure_swept
UPDATE erasure SET todo = '{}', counts = :counts, swept_at = :now
WHERE id = :id AND swept_at IS NULL;

-- name: erasure_proof
UPDATE erasure SET proof = :proof WHERE id = :id;

-- name: erasures
SELECT * FROM erasure WHERE id < :before ORDER BY id DESC LIMIT :n;

-- name: erasure_done
UPDATE erasure SET done_at = :now WHERE id = :id AND done_at IS NULL;

-- name: erased_conversations
SELECT id, channel, account, peer FROM conversation
WHERE member IN (:ids…) OR (peer IN (:peers…) AND channel IN ('kf', 'contact', 'oa'))
ORDER BY id /*lock*/;

-- name: erased_numbers
SELECT no FROM member_no WHERE member IN (:ids…);

-- name: erased_names
SELECT DISTINCT name FROM (
    SELECT id, name FROM member UNION ALL SELECT member AS id, name FROM chat_member
    UNION ALL SELECT member AS id, remark AS name FROM friend) AS called
WHERE id IN (:ids…) AND name <> '';

-- name: erased_namesakes
SELECT DISTINCT name FROM (
    SELECT id, name FROM member UNION ALL SELECT member AS id, name FROM chat_member) AS called
WHERE name IN (:names…) AND id NOT IN (:ids…);

-- name: erased_archive
-- What was said in groups, and events of groups: who it was stands in the data alone.
SELECT id, text, heard, data, 1 AS shared FROM inbox
WHERE REPLACE(data, :id, '') <> data ORDER BY id;

-- name: erased_archive_page
-- Where data lies sealed, whoever erases looks into it himself.
SELECT id, text, heard, data, 1 AS shared FROM inbox
WHERE data <> '{}' AND id > :after ORDER BY id LIMIT :n;

-- name: erased_inbox
SELECT id, text, heard, data, 0 AS shared FROM inbox
WHERE conversation IN (:talks…) OR peer IN (:peers…) ORDER BY id;

-- name: erased_inbox_open
-- What waits is forgotten; nothing refers to it yet.
DELETE FROM inbox WHERE id IN (:ids…) AND state <> 'done';

-- name: erased_inbox_words
UPDATE inbox SET text = '', data = '{}', note = '', mood = '', heard = '', heard_why = '', hear_at = NULL
WHERE id IN (:ids…);

-- name: erased_intake
-- Not sorted yet: what it is about stands in the body alone.
DELETE FROM intake WHERE REPLACE(body, :id, '') <> body;

-- name: erased_intake_ids
DELETE FROM intake WHERE id IN (:ids…);

-- name: erased_memory
SELECT data FROM memory WHERE member IN (:ids…)
UNION ALL SELECT memory AS data FROM conversation WHERE id IN (:talks…);

-- name: erased_replies
SELECT id, text, note FROM replies WHERE member IN (:ids…) OR conversation IN (:talks…) ORDER BY id;

-- name: erased_reply_text
UPDATE replies SET text = :text, note = :note WHERE id = :id;

-- name: erased_notes
SELECT id, text FROM desk_note WHERE conversation IN (:talks…);

-- name: erased_queue
SELECT * FROM outbox
WHERE (member IN (:ids…) OR conversation IN (:talks…) OR peer IN (:peers…))
  AND state IN ('draft', 'ready', 'waiting', 'unsure')
ORDER BY id;

-- name: erased_given_up
-- Nobody is left to whom it could be sent.
UPDATE outbox SET dealt_at = CAST(:now AS BIGINT)
WHERE state IN ('dead', 'unsure') AND dealt_at IS NULL AND state = 'dead'
  AND (member IN (:ids…) OR conversation IN (:talks…) OR peer IN (:peers…));

-- name: erased_tasks
-- For many receivers, he among them, and not over yet.
SELECT DISTINCT o.id, o.kind, o.origin, o.account, o.channel, o.persona, o.state
FROM replies r JOIN outbox o ON o.id = r.outbox
WHERE r.member IN (:ids…) AND o.member IS NULL
  AND o.state IN ('draft', 'ready', 'sending', 'waiting', 'unsure')
ORDER BY o.id;

-- name: erased_runs
SELECT id FROM flow_run WHERE member IN (:ids…) AND state = 'running';

-- name: erased_pooled
SELECT id FROM pooled WHERE member IN (:ids…) AND outbox IS NULL AND dropped_at IS NULL;

-- name: erased_dues
SELECT id FROM due
WHERE state = 'waiting' AND (REPLACE(data, :id, '') <> data OR REPLACE(key, :id, '') <> key);

-- name: due_drop_ids
UPDATE due SET state = 'dropped', note = :note WHERE id IN (:ids…) AND state = 'waiting'
RETURNING id;

-- name: erased_consents
SELECT id FROM consent_record WHERE who IN (:ids…) AND revoked_at IS NULL;

-- name: erased_friends
SELECT account, since FROM friend WHERE member IN (:ids…) AND until IS NULL ORDER BY account;

-- name: erased_chats
SELECT s.chat, s.member, c.owner FROM chat_member s LEFT JOIN chat c ON c.id = s.chat
WHERE s.member IN (:ids…) AND s.left_at IS NULL ORDER BY s.chat;

-- name: erased_events
SELECT id, kind, member, data FROM event WHERE member IN (:ids…);

-- name: erased_event_data
UPDATE event SET data = :data WHERE id = :id;

-- name: erased_event_kinds
DELETE FROM event WHERE member IN (:ids…) AND kind IN (:kinds…)
  AND id < (SELECT MAX(id) FROM event);

-- name: erased_trail
UPDATE audit SET before = '', after = '', reason = '' WHERE subject IN (:subjects…);

-- name: saved_put
INSERT INTO saved (path, made_at) VALUES (:path, :now)
ON CONFLICT (path) DO UPDATE SET made_at = excluded.made_at;

-- name: saved_list
SELECT path, made_at FROM saved ORDER BY made_at, path;

-- name: looked_up_note
INSERT INTO looked_up (login, member, page, day, at, last_at)
VALUES (:login, :member, :page, :day, :now, :now)
ON CONFLICT (login, member, page, day)
DO UPDATE SET times = looked_up.times + 1, last_at = excluded.last_at;

-- name: looked_up_of
SELECT * FROM looked_up WHERE member IN (:ids…) AND id < :before ORDER BY id DESC LIMIT :n;

-- name: dossier_inbox
SELECT * FROM inbox WHERE id IN (:ids…) ORDER BY id;

-- name: dossier_trail
SELECT * FROM audit WHERE subject IN (:subjects…) ORDER BY id;

-- name: rating_welcome
DELETE FROM rating_refused WHERE member = :member AND at <= :now;

-- name: archive_consents
SELECT agreed FROM archive_consent WHERE member IN (:ids…);

-- name: absent_key
SELECT secret FROM erased_key WHERE id = 1;

-- name: absent_key_put
INSERT INTO erased_key (id, secret) VALUES (1, :secret) ON CONFLICT (id) DO NOTHING;

-- name: absent_put
INSERT INTO erased (mark, at) VALUES (:mark, :now)
ON CONFLICT (mark) DO UPDATE SET at = excluded.at;

-- name: absent_among
SELECT mark FROM erased WHERE mark IN (:marks…);
