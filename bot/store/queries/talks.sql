-- name: talks_accounts
-- The accounts that have conversations, by jumping from one to the next in the index: to the next of
-- its channel, else to the first of the next channel. Of a pair (channel, account) > (…) SQLite looks
-- at the channel only, and reads all of its conversations.
WITH RECURSIVE found (channel, account) AS (
    SELECT * FROM (SELECT channel, account FROM conversation
                   ORDER BY channel, account LIMIT 1) AS first
    UNION ALL
    SELECT CASE WHEN EXISTS (SELECT 1 FROM conversation c
                             WHERE c.channel = last.channel AND c.account > last.account)
                THEN last.channel
                ELSE (SELECT MIN(c.channel) FROM conversation c WHERE c.channel > last.channel) END,
           COALESCE((SELECT MIN(c.account) FROM conversation c
                     WHERE c.channel = last.channel AND c.account > last.account),
                    (SELECT MIN(c.account) FROM conversation c
                     WHERE c.channel = (SELECT MIN(d.channel) FROM conversation d
                                        WHERE d.channel > last.channel)))
    FROM found last WHERE last.channel IS NOT NULL)
SELECT channel, account FROM found WHERE channel IS NOT NULL;

-- name: talks_rows
SELECT c.id, c.channel, c.account, c.persona, c.member, c.peer, c.mode, c.held_by, c.held_at,
       c.waiting_since, c.waiting_why, c.waiting_for, c.complaint_at, c.handed_at, c.lead_for,
       c.snoozed_until, c.last_in_at, c.answered_at, c.activity_at, m.name,
       (SELECT COUNT(*) FROM (SELECT 1 AS one FROM inbox u
                              WHERE u.conversation = c.id AND u.kind <> 'event'
                                AND u.id > CASE WHEN c.seen_in > c.answered_in THEN c.seen_in
                                                ELSE c.answered_in END
                              LIMIT :most) AS x) AS unread
FROM conversation c LEFT JOIN member m ON m.id = c.member
WHERE c.id IN (:ids…);

-- name: talks_last_in
SELECT conversation, received_at AS at, text, kind FROM inbox
WHERE id IN (SELECT (SELECT i.id FROM inbox i WHERE i.conversation = c.id AND i.kind <> 'event'
                     ORDER BY i.id DESC LIMIT 1) FROM conversation c WHERE c.id IN (:ids…));

-- name: talks_last_out
SELECT conversation, at, text, kind, operator, status FROM replies
WHERE id IN (SELECT (SELECT r.id FROM replies r WHERE r.conversation = c.id
                     ORDER BY r.id DESC LIMIT 1) FROM conversation c WHERE c.id IN (:ids…));

-- name: talks_names
SELECT c.id, c.member, m.name FROM conversation c LEFT JOIN member m ON m.id = c.member
WHERE c.id IN (:ids…);

-- name: talks_joined
-- Those of some conversations that are shown as one with others.
SELECT id, joined FROM conversation WHERE id IN (:ids…) AND joined <> 0;

-- name: talks_wholes
SELECT id, joined FROM conversation WHERE joined IN (:wholes…) AND joined <> 0 ORDER BY id;

-- name: talks_remarks
-- Apart from the names: a PostgreSQL that has not counted its rows yet would join both tables in
-- full, a second for each page.
SELECT member, remark FROM friend WHERE member IN (:ids…) AND until IS NULL AND remark <> '';

-- name: talks_seen
-- Never backwards: of two who look, one may have an older page.
UPDATE conversation SET seen_in = :inbox WHERE id = :id AND seen_in < :inbox;

-- name: talks_unfilled
SELECT id FROM conversation WHERE activity_at = 0 ORDER BY id LIMIT :n /*skip locked*/;

-- name: talks_fill
-- What a release of before did not write down.
UPDATE conversation SET
    activity_at = CASE WHEN COALESCE(last_in_at, created_at) < COALESCE(
        (SELECT r.at FROM replies r WHERE r.conversation = conversation.id
         ORDER BY r.id DESC LIMIT 1), 0)
      THEN (SELECT r.at FROM replies r WHERE r.conversation = conversation.id
            ORDER BY r.id DESC LIMIT 1)
      WHEN COALESCE(last_in_at, created_at) > 0 THEN COALESCE(last_in_at, created_at)
      ELSE 1 END
WHERE id IN (:ids…);
