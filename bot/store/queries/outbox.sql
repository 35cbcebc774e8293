-- name: outbox_add
INSERT INTO outbox (lane, pool, channel, account, peer, kind, body, origin, persona,
                    persona_version, content, content_version, operator, conversation, member,
                    dedupe, priority, send_at, expires_at, state, retry_at, data, created_at)
VALUES (:lane, :pool, :channel, :account, :peer, :kind, :body, :origin, :persona,
        :persona_version, :content, :content_version, :operator, :conversation, :member,
        :dedupe, :priority, :send_at, :expires_at, :state, :retry_at, :data, :created_at)
ON CONFLICT (dedupe) DO NOTHING
RETURNING id;

-- name: outbox_claim
-- Due rows at the front of their lanes. send_at orders a lane and never moves; retry_at moves.
-- What is picked is written down first: a subselect may be run once for every row, each time
-- picking :n others. :among 1 takes rows of these accounts, 0 those of all others.
WITH picked AS MATERIALIZED (
    SELECT o.id FROM outbox o
    WHERE o.pool = :pool AND o.state = 'ready' AND o.retry_at <= :now
      AND CASE WHEN o.account IN (:accounts…) THEN 1 ELSE 0 END = :among
      AND NOT EXISTS (SELECT 1 FROM outbox e
                      WHERE e.lane = o.lane AND e.state IN ('ready', 'sending')
                        AND (e.send_at < o.send_at OR (e.send_at = o.send_at AND e.id < o.id)))
    ORDER BY o.retry_at, o.priority, o.id LIMIT :n /*skip locked*/)
UPDATE outbox
SET state = 'sending', lease = :lease, lease_until = :until, attempts = attempts + 1
WHERE id IN (SELECT id FROM picked)
RETURNING *;

-- name: outbox_next
-- Rows that are due already but blocked by their lane are woken by the one before them.
SELECT MIN(retry_at) AS at FROM outbox WHERE pool = :pool AND state = 'ready' AND retry_at > :now;

-- name: outbox_finish
UPDATE outbox
SET state = CAST(v.column2 AS TEXT), retry_at = CAST(v.column3 AS BIGINT),
    note = CAST(v.column4 AS TEXT), lease = NULL, lease_until = NULL,
    provider_id = COALESCE(CAST(v.column5 AS TEXT), provider_id)
FROM (VALUES /*rows*/ (:id, :state, :retry_at, :note, :provider_id, :lease)) AS v
WHERE id = CAST(v.column1 AS BIGINT) AND lease = CAST(v.column6 AS TEXT) AND state = 'sending';

-- name: outbox_pace
-- Claimed, but its channel's rate is used up: back as if nobody had touched it.
UPDATE outbox
SET state = 'ready', retry_at = :retry_at, attempts = attempts - 1, lease = NULL, lease_until = NULL
WHERE id = :id AND lease = :lease AND state = 'sending';

-- name: outbox_lost
-- Rows whose worker did not come back within its lease. The plus here and elsewhere: for its order
-- alone SQLite would read the whole table by its ids, and not the few rows of the state's index.
SELECT * FROM outbox WHERE state = 'sending' AND lease_until <= :now ORDER BY +id LIMIT :n;

-- name: outbox_lost_by
-- Rows of a process that is gone: leases begin with its name.
SELECT * FROM outbox
WHERE state = 'sending' AND substr(lease, 1, length(CAST(:process AS TEXT))) = :process
ORDER BY +id LIMIT :n /*skip locked*/;

-- name: outbox_expire_leases
UPDATE outbox SET lease_until = :now WHERE state = 'sending';

-- name: outbox_move
UPDATE outbox SET state = :state, note = :note, retry_at = :retry_at, lease = NULL,
                  lease_until = NULL
WHERE id = :id AND state = :before;

-- name: outbox_waiting
-- Tasks that wait for a tap and whose next look is due. Claimed by moving the clock.
WITH picked AS MATERIALIZED (
    SELECT id FROM outbox WHERE state = 'waiting' AND retry_at <= :now
    ORDER BY retry_at, id LIMIT :n /*skip locked*/)
UPDATE outbox SET retry_at = :next WHERE id IN (SELECT id FROM picked)
RETURNING *;

-- name: outbox_waiting_next
SELECT MIN(retry_at) AS at FROM outbox WHERE state = 'waiting';

-- name: outbox_rename
UPDATE outbox SET provider_id = :provider_id WHERE id = :id;

-- name: outbox_known_as
-- By the platform's id, within its conversation: those of kf stand in no index.
SELECT * FROM outbox WHERE conversation = :conversation AND provider_id = :provider_id;

-- name: outbox_undecided
SELECT * FROM outbox
WHERE conversation = :conversation
  AND (state IN ('sending', 'unsure') OR (state = 'ready' AND attempts > 0))
ORDER BY id /*lock*/;

-- name: outbox_get
SELECT * FROM outbox WHERE id = :id;

-- name: outbox_counts
-- COUNT of a column that is never null, so that the small index of each state serves. Of those that
-- were given up on, what somebody has dealt with is finished.
SELECT state, COUNT(*) AS n FROM outbox WHERE state IN ('ready', 'sending') GROUP BY state
UNION ALL
SELECT 'waiting' AS state, COUNT(retry_at) AS n FROM outbox WHERE state = 'waiting'
HAVING COUNT(*) > 0
UNION ALL
SELECT 'unsure' AS state, COUNT(retry_at) AS n FROM outbox WHERE state = 'unsure'
HAVING COUNT(*) > 0
UNION ALL
SELECT 'draft' AS state, COUNT(conversation) AS n FROM outbox WHERE state = 'draft'
HAVING COUNT(*) > 0
UNION ALL
SELECT 'dead' AS state, COUNT(id) AS n FROM outbox
WHERE state IN ('dead', 'unsure') AND dealt_at IS NULL AND state = 'dead'
HAVING COUNT(*) > 0;
