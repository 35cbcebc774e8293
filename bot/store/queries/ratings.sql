-- Satisfaction after a person has helped.

-- name: rating_add
INSERT INTO rating (conversation, member, persona, account, staff, asked_at)
VALUES (:conversation, :member, :persona, :account, :staff, :now) RETURNING id;

-- name: rating_sent_as
UPDATE rating SET outbox = :outbox WHERE id = :id;

-- name: rating_answer
-- The first answer counts.
UPDATE rating SET score = :score, words = :words, answered_at = :now
WHERE id = :id AND conversation = :conversation AND answered_at IS NULL;

-- name: ratings_open
-- Questions that are not answered, with whether the brand has said anything since.
SELECT r.id, r.conversation, r.member,
       CASE WHEN EXISTS (SELECT 1 FROM outbox o
                         WHERE o.conversation = r.conversation AND o.id > r.outbox
                           AND o.kind <> 'notice'
                           AND o.state IN ('ready', 'sending', 'sent', 'unsure'))
            THEN 0 ELSE 1 END AS latest
FROM rating r
WHERE r.conversation IN (:conversations…) AND r.answered_at IS NULL AND r.asked_at >= :since
ORDER BY r.id;

-- name: rating_recent
-- A question that never left was none.
SELECT 1 AS asked FROM rating r LEFT JOIN outbox o ON o.id = r.outbox
WHERE r.member IN (:members…) AND r.asked_at > :since
  AND (o.id IS NULL OR o.state NOT IN ('cancelled', 'expired', 'dead')) LIMIT 1;

-- name: rating_refused
SELECT 1 AS refused FROM rating_refused WHERE member IN (:members…) LIMIT 1;

-- name: rating_refuse
INSERT INTO rating_refused (member, at) VALUES (:member, :now) ON CONFLICT (member) DO NOTHING;

-- name: rating_helper
-- Who of the staff answered last in a conversation since a moment.
SELECT operator FROM replies
WHERE conversation = :conversation AND kind = 'staff' AND at >= :since AND outbox > 0
  AND status NOT IN ('failed', 'expired', 'cancelled')
ORDER BY id DESC LIMIT 1;

-- name: rating_last
SELECT MAX(asked_at) AS at FROM rating WHERE conversation = :conversation;

-- name: rating_pending
-- Messages that are queued and have not been counted against the window.
SELECT COUNT(*) AS n FROM outbox
WHERE conversation = :conversation AND state = 'ready' AND attempts = 0 AND kind <> 'notice';

-- name: ratings_of
SELECT id, staff, score, words, asked_at, answered_at FROM rating
WHERE conversation = :conversation ORDER BY asked_at DESC, id DESC LIMIT :n;
