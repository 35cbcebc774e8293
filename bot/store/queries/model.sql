-- name: model_use_take
-- Counts one request, unless the day's are used up; of several processes none takes one too many.
INSERT INTO model_use (day, requests) VALUES (:day, 1)
ON CONFLICT (day) DO UPDATE SET requests = model_use.requests + 1
    WHERE model_use.requests < :most
RETURNING requests;

-- name: model_standing
-- How a turn stands while somebody thinks about it.
SELECT c.mode AS mode,
       CASE WHEN c.lease = :lease THEN 1 ELSE 0 END AS held,
       CASE WHEN EXISTS (SELECT 1 FROM inbox i WHERE i.conversation = c.id AND i.state = 'new'
                         AND i.kind <> 'event') THEN 1 ELSE 0 END AS overtaken
FROM conversation c WHERE c.id = :id;

-- name: model_regroup
-- The turn joins what came meanwhile, whose own time stands in turn_at already. Not a failed try.
UPDATE conversation SET lease = NULL, lease_until = NULL, tries = tries - 1
WHERE id = :id AND lease = :lease;

-- name: model_heard
-- The last words of the member in a conversation, latest first.
SELECT sent_at AS at, text FROM inbox
WHERE conversation = :conversation AND id < :before AND text <> '' AND kind <> 'event'
  AND received_at >= :since
ORDER BY id DESC LIMIT :n;

-- name: model_told
-- The last words of the brand in a conversation, latest first; no drafts, nothing that was stopped.
SELECT at, text FROM replies
WHERE member = :member AND conversation = :conversation AND at >= :since
  AND status IN ('sent', 'unsure', 'queued') AND NOT (status = 'queued' AND operator = 'model')
ORDER BY at DESC, id DESC LIMIT :n;

-- name: drafts_all
-- Every draft that waits, oldest first, and whether its conversation moved on since.
SELECT o.*,
       CASE WHEN c.mode IN ('client', 'muted')
              OR EXISTS (SELECT 1 FROM inbox i WHERE i.conversation = o.conversation
                         AND i.state IN ('new', 'working') AND i.kind <> 'event')
              OR EXISTS (SELECT 1 FROM outbox n WHERE n.conversation = o.conversation
                         AND n.id > o.id AND n.kind IN ('reply', 'staff')
                         AND n.state IN ('ready', 'sending', 'sent', 'unsure'))
            THEN 1 ELSE 0 END AS moved
FROM outbox o JOIN conversation c ON c.id = o.conversation
WHERE o.state = 'draft' ORDER BY +o.id;

-- name: drafts_of
SELECT * FROM outbox WHERE conversation = :conversation AND state = 'draft' ORDER BY id;

-- name: draft_answered
-- Something was said in this conversation after what the draft is about.
SELECT 1 AS found FROM outbox
WHERE conversation = :conversation AND id > :after AND kind IN ('reply', 'staff')
  AND state IN ('ready', 'sending', 'sent', 'unsure')
LIMIT 1;

-- name: draft_approve
UPDATE outbox
SET state = 'ready', body = :body, operator = :operator, send_at = :now, retry_at = :now,
    expires_at = :expires_at
WHERE id = :id AND state = 'draft';

-- name: draft_words
SELECT id, text FROM replies WHERE outbox = :outbox;

-- name: draft_reply
UPDATE replies SET text = :text, operator = :operator WHERE outbox = :outbox;
