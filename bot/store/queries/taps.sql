-- Tasks that wait for a tap, beside their rows in the outbox.

-- name: tap_unopened
-- The platform has them and nobody has written down since when.
SELECT o.* FROM outbox o LEFT JOIN tap t ON t.outbox = o.id
WHERE o.state = 'waiting' AND o.channel IN ('contact', 'group', 'moment') AND t.opened_at IS NULL
ORDER BY +o.id LIMIT :n;

-- name: tap_targets
SELECT COUNT(*) AS n FROM replies WHERE outbox = :outbox AND status = 'waiting_tap';

-- name: tap_open
-- One that is to be taken back already stays so.
INSERT INTO tap (outbox, account, channel, persona, opened_at, since, deadline_at, next_at,
                 reminded, escalated_at, targets, generation, made_from)
VALUES (:outbox, :account, :channel, :persona, :now, :since, :deadline_at, :next_at, :reminded,
        :escalated_at, :targets, :generation, :made_from)
ON CONFLICT (outbox) DO UPDATE
SET opened_at = :now, since = :since, deadline_at = :deadline_at, reminded = :reminded,
    escalated_at = :escalated_at, targets = :targets, generation = :generation,
    made_from = :made_from
WHERE tap.opened_at IS NULL
RETURNING outbox;

-- name: tap_begin
-- Before the platform has it for sure: it is taken back as soon as it does.
INSERT INTO tap (outbox, account, channel, persona, state, ends, why, actor, again_at, drops,
                 pulled_at, next_at)
VALUES (:outbox, :account, :channel, :persona, 'pulling', :ends, :why, :actor, :again_at, :drops,
        :now, :now)
ON CONFLICT (outbox) DO NOTHING
RETURNING outbox;

-- name: tap_hold
SELECT * FROM tap WHERE outbox = :outbox /*lock*/;

-- name: tap_pull
UPDATE tap
SET state = 'pulling', ends = :ends, why = :why, actor = :actor, again_at = :again_at,
    drops = :drops, pulled_at = :now, next_at = :now, tries = 0, trouble = ''
WHERE outbox = :outbox AND state = 'open';

-- name: tap_pull_more
UPDATE tap
SET ends = :ends, why = :why, actor = :actor, again_at = :again_at, drops = :drops
WHERE outbox = :outbox AND state = 'pulling';

-- name: tap_stopped
UPDATE tap SET stopped_at = :now, next_at = :next_at, trouble = ''
WHERE outbox = :outbox AND state = 'pulling' AND stopped_at IS NULL;

-- name: tap_put_off
UPDATE tap SET next_at = :next_at, tries = tries + 1, trouble = :trouble
WHERE outbox = :outbox AND state = 'pulling';

-- name: tap_move
UPDATE tap
SET state = :state, next_at = :next_at, closed_at = :closed_at,
    made_into = COALESCE(CAST(:made_into AS BIGINT), made_into)
WHERE outbox = :outbox AND state = :before;

-- name: tap_numbers
UPDATE tap SET covered = :covered, failed = :failed WHERE outbox = :outbox;

-- name: tap_wakes
UPDATE tap SET next_at = :next_at WHERE outbox = :outbox AND state = 'open';

-- name: tap_reminded
-- Fenced by how often he was reminded before: of two processes one tells him.
UPDATE tap SET reminded = :reminded, reminded_at = :now
WHERE outbox = :outbox AND state = 'open' AND reminded = :before;

-- name: tap_escalated
UPDATE tap SET escalated_at = :now
WHERE outbox = :outbox AND state = 'open' AND escalated_at IS NULL;

-- name: tap_any
-- Whether anything waits for a tap, or is looked after because it did.
SELECT 1 AS one WHERE EXISTS (SELECT 1 FROM outbox WHERE state = 'waiting')
    OR EXISTS (SELECT 1 FROM tap WHERE state <> 'over');

-- name: tap_due
SELECT t.*, o.kind, o.body, o.provider_id FROM tap t JOIN outbox o ON o.id = t.outbox
WHERE t.state <> 'over' AND t.next_at <= :now AND t.state <> 'pulling'
ORDER BY t.next_at, t.outbox LIMIT :n;

-- name: tap_pulling
SELECT * FROM tap WHERE state <> 'over' AND next_at <= :now AND state = 'pulling'
ORDER BY next_at, outbox LIMIT :n;

-- name: tap_next
SELECT MIN(next_at) AS at FROM tap WHERE state <> 'over';

-- name: tap_orphans
-- Their rows in the outbox are final, whatever made them so, or gone.
SELECT t.* FROM tap t LEFT JOIN outbox o ON o.id = t.outbox
WHERE t.state <> 'over'
  AND COALESCE(o.state, '') NOT IN ('draft', 'ready', 'sending', 'waiting', 'unsure')
ORDER BY t.outbox;

-- name: tap_members
SELECT o.*, t.opened_at FROM tap t JOIN outbox o ON o.id = t.outbox
WHERE t.state = 'open' AND t.channel = 'contact' AND t.persona = :persona
  AND o.kind IN ('care', 'promo', 'activity')
ORDER BY t.outbox LIMIT :n;

-- name: tap_personas
SELECT DISTINCT persona FROM tap WHERE state <> 'over' AND channel = 'contact' ORDER BY persona;

-- name: tap_suspects
-- On a task that waits, and in a conversation that is not at rest: each way by the index of its own.
-- CROSS JOIN keeps SQLite in this order; it would rather begin with the many who are on a list.
SELECT DISTINCT r.outbox, r.member
FROM (SELECT member FROM conversation
      WHERE waiting_since IS NOT NULL AND (held_by = '' OR handed_at IS NOT NULL)
        AND mode <> 'client'
      UNION SELECT member FROM conversation WHERE held_by <> ''
      UNION SELECT member FROM conversation WHERE complaint_at IS NOT NULL
      UNION SELECT member FROM conversation WHERE mode <> 'auto') AS c
CROSS JOIN replies r
CROSS JOIN tap t
WHERE r.member = c.member AND r.status = 'waiting_tap'
  AND t.outbox = r.outbox AND t.state = 'open' AND t.channel = 'contact'
ORDER BY r.outbox, r.member;

-- name: inbox_newest
SELECT MAX(id) AS id FROM inbox;

-- name: tap_writers
-- Who wrote after a number of the inbox and is on a task that waits.
SELECT DISTINCT r.outbox, r.member
FROM (SELECT DISTINCT w.member FROM inbox i CROSS JOIN conversation w
      WHERE i.id > :after AND w.id = i.conversation AND w.member IS NOT NULL) AS c
CROSS JOIN replies r
CROSS JOIN tap t
WHERE r.member = c.member AND r.status = 'waiting_tap'
  AND t.outbox = r.outbox AND t.state = 'open' AND t.channel = 'contact'
ORDER BY r.outbox, r.member;

-- name: tap_abroad
-- On a task that waits, and in another zone than the company.
SELECT DISTINCT r.outbox, r.member, m.zone, t.persona
FROM member m CROSS JOIN replies r CROSS JOIN tap t
WHERE m.zone <> '' AND m.zone <> :zone
  AND r.member = m.id AND r.status = 'waiting_tap'
  AND t.outbox = r.outbox AND t.state = 'open' AND t.channel = 'contact'
ORDER BY r.outbox, r.member;

-- name: tap_flying
-- Tasks with him among the receivers that are on their way to the platform, or may be there.
SELECT DISTINCT o.id, o.kind, o.origin, o.account, o.channel, o.persona, o.state
FROM replies r JOIN outbox o ON o.id = r.outbox
WHERE r.member = :member AND r.status IN ('queued', 'unsure') AND o.member IS NULL
  AND o.channel = 'contact' AND o.state IN ('sending', 'unsure')
ORDER BY o.id;

-- name: pooled_follow
-- Steps of flows whose task was made again.
UPDATE pooled SET outbox = :after
WHERE outbox = :before
  AND member IN (SELECT r.member FROM replies r WHERE r.outbox = :after);

-- name: receivers_note
UPDATE replies SET note = :note
WHERE outbox = :outbox AND peer = :peer AND status NOT IN ('sent', 'failed');

-- name: tap_forget
DELETE FROM tap
WHERE state = 'over' AND closed_at < :before
  AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.id = tap.outbox);

-- name: tap_desk
-- What waits for a tap, or is being taken back: what ends soonest comes first.
SELECT t.*, o.kind, o.origin, o.content, o.body, o.state AS row_state, o.send_at
FROM tap t JOIN outbox o ON o.id = t.outbox
WHERE t.state <> 'over' AND t.opened_at IS NOT NULL
  AND (CAST(:account AS TEXT) IS NULL OR t.account = :account)
ORDER BY t.deadline_at, t.outbox LIMIT :n;

-- name: tap_done
SELECT t.*, o.kind, o.origin, o.content, o.body, o.state AS row_state, o.send_at
FROM tap t JOIN outbox o ON o.id = t.outbox
WHERE t.state = 'over' AND t.opened_at IS NOT NULL AND t.closed_at >= :since
  AND (CAST(:account AS TEXT) IS NULL OR t.account = :account)
ORDER BY t.closed_at DESC, t.outbox DESC LIMIT :n;

-- name: tap_one
SELECT t.*, o.kind, o.origin, o.content, o.body, o.state AS row_state, o.send_at
FROM tap t JOIN outbox o ON o.id = t.outbox
WHERE t.outbox = :outbox;

-- name: tap_coming
-- Tasks that the platform does not have yet: for later, or on their way. Each by a small index.
SELECT id, account, channel, persona, kind, origin, content, body, state, send_at, note FROM outbox
WHERE state = 'ready' AND pool = 'bulk' AND channel IN ('contact', 'group', 'moment')
  AND (CAST(:account AS TEXT) IS NULL OR account = :account)
ORDER BY retry_at, id LIMIT :n;

-- name: tap_unsure
-- Tasks that the platform may have: nobody knows, and they are not made again.
SELECT id, account, channel, persona, kind, origin, content, body, state, send_at, note FROM outbox
WHERE state = 'unsure' AND pool = 'bulk' AND channel IN ('contact', 'group', 'moment')
  AND (CAST(:account AS TEXT) IS NULL OR account = :account)
ORDER BY send_at, +id LIMIT :n;

-- name: tap_accounts
-- How much waits for each account, what of it ends first, and of which the lead was told.
SELECT account, COUNT(*) AS waiting, MIN(deadline_at) AS deadline_at, MIN(since) AS since,
    SUM(targets) AS targets, SUM(CASE WHEN escalated_at IS NULL THEN 0 ELSE 1 END) AS escalated
FROM tap WHERE state = 'open' GROUP BY account ORDER BY MIN(deadline_at), account;

-- name: tap_count
SELECT COUNT(*) AS n FROM tap
WHERE state = 'open' AND (CAST(:account AS TEXT) IS NULL OR account = :account);

-- name: tap_people
SELECT peer, member, status, note FROM replies WHERE outbox = :outbox ORDER BY id LIMIT :n;
