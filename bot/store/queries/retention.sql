-- Each table is walked by its ids, which follow the time, one page after the other: a page costs a
-- look at so many rows, whatever the table holds. The last row stays, for SQLite gives the id of a
-- deleted last row to the next, and other rows still mean the old one by it.

-- name: page_inbox
SELECT MAX(id) AS last, MIN(at) AS oldest FROM
    (SELECT id, received_at AS at FROM inbox WHERE id > :after ORDER BY id LIMIT :n) AS page;

-- name: retention_inbox
DELETE FROM inbox
WHERE id > :after AND id <= :last AND state = 'done' AND received_at < :before
  AND sent_at < :before AND id < (SELECT MAX(id) FROM inbox)
RETURNING id, text, heard;

-- name: page_unmatched
SELECT MAX(id) AS last, MIN(at) AS oldest FROM
    (SELECT id, at FROM unmatched WHERE id > :after ORDER BY id LIMIT :n) AS page;

-- name: retention_unmatched
-- The words are those of the inbox.
DELETE FROM unmatched
WHERE id > :after AND id <= :last AND at < :before AND id < (SELECT MAX(id) FROM unmatched);

-- name: page_outbox
SELECT MAX(id) AS last, MIN(at) AS oldest FROM
    (SELECT id, created_at AS at FROM outbox WHERE id > :after ORDER BY id LIMIT :n) AS page;

-- name: retention_outbox
-- Only what is final, for every receiver.
DELETE FROM outbox
WHERE id > :after AND id <= :last AND state IN ('sent', 'dead', 'expired', 'cancelled')
  AND created_at < :before AND retry_at < :before AND send_at < :before
  AND id < (SELECT MAX(id) FROM outbox)
  AND NOT EXISTS (SELECT 1 FROM replies r WHERE r.outbox = outbox.id
                  AND r.status IN ('queued', 'waiting_tap', 'unsure'));

-- name: page_due
-- Not in the order of time: a plan may be made long before it is due.
SELECT MAX(id) AS last, 0 AS oldest FROM
    (SELECT id FROM due WHERE id > :after ORDER BY id LIMIT :n) AS page;

-- name: retention_due
DELETE FROM due
WHERE id > :after AND id <= :last AND state <> 'waiting' AND at < :before
  AND id < (SELECT MAX(id) FROM due);

-- name: page_pooled
SELECT MAX(id) AS last, MIN(at) AS oldest FROM
    (SELECT id, due_at AS at FROM pooled WHERE id > :after ORDER BY id LIMIT :n) AS page;

-- name: retention_pooled
DELETE FROM pooled
WHERE id > :after AND id <= :last AND outbox IS NOT NULL AND due_at < :before
  AND id < (SELECT MAX(id) FROM pooled)
  AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.id = pooled.outbox
                  AND o.state IN ('draft', 'ready', 'sending', 'waiting', 'unsure'));

-- name: page_audit
SELECT MAX(id) AS last, MIN(at) AS oldest FROM
    (SELECT id, at FROM audit WHERE id > :after ORDER BY id LIMIT :n) AS page;

-- name: retention_audit
-- Who decided what about a version, and who gave consent, stays as long as the versions do.
DELETE FROM audit
WHERE id > :after AND id <= :last AND at < :before AND subject NOT LIKE 'published:%'
  AND subject NOT LIKE 'content:%' AND subject NOT LIKE 'consent:%'
  AND id < (SELECT MAX(id) FROM audit);

-- name: page_replies
SELECT MAX(id) AS last, MIN(at) AS oldest FROM
    (SELECT id, at FROM replies WHERE id > :after ORDER BY id LIMIT :n) AS page;

-- name: retention_replies
DELETE FROM replies
WHERE id > :after AND id <= :last AND at < :before
  AND status NOT IN ('queued', 'waiting_tap', 'unsure')
  AND id < (SELECT MAX(id) FROM replies)
RETURNING id, text;

-- name: page_alarm
SELECT MAX(id) AS last, MIN(at) AS oldest FROM
    (SELECT id, at FROM alarm WHERE id > :after ORDER BY id LIMIT :n) AS page;

-- name: retention_alarm
-- What still rings stays.
DELETE FROM alarm
WHERE id > :after AND id <= :last AND at < :before AND cleared_at < :before
  AND id < (SELECT MAX(id) FROM alarm);

-- name: page_rating
SELECT MAX(id) AS last, MIN(asked_at) AS oldest FROM
    (SELECT id, asked_at FROM rating WHERE id > :after ORDER BY id LIMIT :n) AS page;

-- name: retention_rating
-- Answered or not: whoever has not answered in so long will not.
DELETE FROM rating
WHERE id > :after AND id <= :last AND asked_at < :before
  AND (answered_at IS NULL OR answered_at < :before) AND id < (SELECT MAX(id) FROM rating);

-- name: page_block
SELECT MAX(id) AS last, MIN(at) AS oldest FROM
    (SELECT id, at FROM block WHERE id > :after ORDER BY id LIMIT :n) AS page;

-- name: retention_block
-- Whoever is kept out still is, for the reason that stands here.
DELETE FROM block
WHERE id > :after AND id <= :last AND at < :before AND lifted_at < :before
  AND id < (SELECT MAX(id) FROM block);

-- name: page_figure_event
SELECT MAX(id) AS last, MIN(at) AS oldest FROM
    (SELECT id, at FROM figure_event WHERE id > :after ORDER BY id LIMIT :n) AS page;

-- name: retention_figure_event
-- It was summed up long ago, see figure_sum.
DELETE FROM figure_event
WHERE id > :after AND id <= :last AND at < :before
  AND id < (SELECT MAX(id) FROM figure_event);

-- name: page_event
SELECT MAX(id) AS last, MIN(seen_at) AS oldest FROM
    (SELECT id, seen_at FROM event WHERE id > :after ORDER BY id LIMIT :n) AS page;

-- name: retention_event
-- Only what nothing is derived from; of what reached him, that a template did.
DELETE FROM event
WHERE id > :after AND id <= :last AND seen_at < :before AND at < :before
  AND (kind = 'inbound' OR (kind = 'outbound' AND place = ''))
  AND id < (SELECT MAX(id) FROM event);

-- name: pace_forget
-- A slot that has been free for long says nothing any more.
DELETE FROM pace WHERE next_at < :before;

-- name: allowance_forget
DELETE FROM allowance WHERE until < :before;

-- name: page_looked_up
SELECT MAX(id) AS last, MIN(at) AS oldest FROM
    (SELECT id, at FROM looked_up WHERE id > :after ORDER BY id LIMIT :n) AS page;

-- name: retention_looked_up
DELETE FROM looked_up
WHERE id > :after AND id <= :last AND at < :before AND id < (SELECT MAX(id) FROM looked_up);

-- name: page_moderation
SELECT MAX(id) AS last, MIN(at) AS oldest FROM
    (SELECT id, at FROM moderation WHERE id > :after ORDER BY id LIMIT :n) AS page;

-- name: retention_moderation
-- What nobody has decided yet stays.
DELETE FROM moderation
WHERE id > :after AND id <= :last AND at < :before AND decided_at < :before
  AND id < (SELECT MAX(id) FROM moderation);

-- name: page_atmosphere_prompt
SELECT MAX(id) AS last, MIN(at) AS oldest FROM
    (SELECT id, at FROM atmosphere_prompt WHERE id > :after ORDER BY id LIMIT :n) AS page;

-- name: retention_atmosphere_prompt
DELETE FROM atmosphere_prompt
WHERE id > :after AND id <= :last AND at < :before AND closed_at < :before
  AND id < (SELECT MAX(id) FROM atmosphere_prompt);
