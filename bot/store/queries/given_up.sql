-- Messages that were given up on, whose fate is unknown, or that could not be worked on.

-- name: given_up_out
-- The latest of them, in short; the rest of a row is read for those that are shown.
SELECT id, channel, account, send_at, note FROM outbox
WHERE state IN ('dead', 'unsure') AND dealt_at IS NULL AND state = :state
  AND send_at >= :since AND send_at < :until
ORDER BY send_at DESC, id DESC LIMIT :n;

-- name: given_up_out_of
SELECT id, channel, account, send_at, note FROM outbox
WHERE state IN ('dead', 'unsure') AND dealt_at IS NULL AND state = :state
  AND channel = :channel AND account = :account AND send_at >= :since AND send_at < :until
ORDER BY send_at DESC, id DESC LIMIT :n;

-- name: given_up_rows
SELECT o.*, m.name AS name, c.mode AS mode, c.held_by AS held_by, c.last_in_at AS last_in_at,
       CASE WHEN o.member IS NULL AND o.conversation = '' THEN
            (SELECT COUNT(*) FROM replies r WHERE r.outbox = o.id AND r.peer <> '')
            ELSE 0 END AS people
FROM outbox o LEFT JOIN conversation c ON c.id = o.conversation
LEFT JOIN member m ON m.id = COALESCE(o.member, c.member)
WHERE o.id IN (:ids…);

-- name: given_up_trail
-- When each came to be what it is.
SELECT subject, MAX(at) AS at FROM audit
WHERE subject IN (:subjects…) AND after IN ('dead', 'unsure') GROUP BY subject;

-- name: given_up_counts
SELECT (SELECT COUNT(*) FROM (SELECT 1 AS one FROM outbox
                              WHERE state IN ('dead', 'unsure') AND dealt_at IS NULL
                                AND state = 'dead' LIMIT :most) AS a) AS dead,
       (SELECT COUNT(*) FROM (SELECT 1 AS one FROM outbox
                              WHERE state IN ('dead', 'unsure') AND dealt_at IS NULL
                                AND state = 'unsure' LIMIT :most) AS b) AS unsure,
       (SELECT COUNT(*) FROM (SELECT 1 AS one FROM inbox WHERE state = 'dead'
                              LIMIT :most) AS c)
       + (SELECT COUNT(*) FROM (SELECT 1 AS one FROM intake WHERE note <> ''
                                LIMIT :most) AS d) AS stuck;

-- name: given_up_deal
-- Of two who press at the same time one comes second, and changes nothing.
UPDATE outbox SET dealt_at = CAST(:now AS BIGINT)
WHERE id = :id AND state IN ('dead', 'unsure') AND dealt_at IS NULL
RETURNING *;

-- name: given_up_campaign
SELECT id FROM campaign WHERE name = :name LIMIT 1;

-- name: given_up_inbox
SELECT i.*, c.member AS member, c.mode AS mode, c.held_by AS held_by, c.last_in_at AS last_in_at,
       m.name AS name
FROM inbox i LEFT JOIN conversation c ON c.id = i.conversation LEFT JOIN member m ON m.id = c.member
WHERE i.state = 'dead' ORDER BY i.id DESC LIMIT :n;

-- name: given_up_intake
SELECT id, at, body, note FROM intake WHERE note <> '' ORDER BY id DESC LIMIT :n;

-- name: inbox_get
SELECT * FROM inbox WHERE id = :id;

-- name: inbox_again
UPDATE inbox SET state = 'new', note = '' WHERE id = :id AND state = 'dead';

-- name: inbox_dismiss
UPDATE inbox SET state = 'done' WHERE id = :id AND state = 'dead';

-- name: conversation_again
-- A turn that is being decided at the moment ends first; this one comes right after.
UPDATE conversation SET turn_at = :now WHERE id = :id;

-- name: intake_one_again
UPDATE intake SET note = '' WHERE id = :id AND note <> '';

-- name: intake_dismiss
DELETE FROM intake WHERE id = :id AND note <> '';
