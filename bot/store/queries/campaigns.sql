-- Runs of campaigns, and whom each of them reaches.

-- name: campaign_add
INSERT INTO campaign (name, step, version, persona, state, at, until, created_at)
VALUES (:name, :step, :version, :persona, 'draft', :at, :until, :now)
ON CONFLICT (name, step, version) DO NOTHING;

-- name: campaign_get
SELECT * FROM campaign WHERE id = :id;

-- name: campaigns_of
SELECT * FROM campaign WHERE name = :name ORDER BY at, id;

-- name: campaigns_all
SELECT * FROM campaign ORDER BY at DESC, id DESC LIMIT :n;

-- name: campaigns_open
-- What begins some time, or goes on.
SELECT * FROM campaign WHERE state IN ('approved', 'running') ORDER BY at, id;

-- name: campaigns_to_clear
-- Stopped, and something is still to be reached or on its way.
SELECT * FROM campaign c WHERE c.state = 'stopped' AND EXISTS (
    SELECT 1 FROM recipient r
    WHERE r.run = c.id AND r.state IN ('pending', 'later', 'queued')) ORDER BY c.id;

-- name: campaigns_doubtful
SELECT * FROM campaign
WHERE state IN ('running', 'paused') OR (state = 'approved' AND at <= :now) ORDER BY id;

-- name: campaign_owed
-- Few stand at a time; whose origin begins so belongs to a run.
SELECT o.origin, t.account, COUNT(*) AS tasks, SUM(t.targets) AS targets
FROM tap t JOIN outbox o ON o.id = t.outbox
WHERE t.state = 'open' AND t.opened_at IS NOT NULL AND o.origin LIKE 'campaign:%'
GROUP BY o.origin, t.account ORDER BY o.origin, t.account;

-- name: campaign_move
UPDATE campaign
SET state = :state, note = :note,
    started_at = CASE WHEN :state = 'running' AND started_at IS NULL
                      THEN CAST(:now AS BIGINT) ELSE started_at END,
    ended_at = CASE WHEN :state IN ('done', 'stopped') THEN CAST(:now AS BIGINT) ELSE NULL END,
    wake_at = 0
WHERE id = :id AND state = :before;

-- name: campaign_window
UPDATE campaign SET at = :at, until = :until WHERE id = :id;

-- name: campaign_planned
-- Fenced by what planning had seen before: a page that was lost is looked at again, once.
UPDATE campaign
SET cursor = :cursor, seen = seen + :n,
    planned_at = CASE WHEN :done = 1 THEN CAST(:now AS BIGINT) ELSE planned_at END
WHERE id = :id AND cursor = :before AND planned_at IS NULL AND state = 'running';

-- name: campaign_released
-- Fenced by what had been handed over before.
UPDATE campaign
SET released = :released, released_at = :released_at, handed = handed + :n, wake_at = :wake_at
WHERE id = :id AND handed = :before AND released = :was AND state = 'running';

-- name: campaign_forgive
-- What has failed so far counts no more.
UPDATE campaign SET sent_then = :sent, failed_then = :failed WHERE id = :id;

-- name: recipient_add
INSERT INTO recipient (run, member, account, channel, state, code, at, lot)
VALUES /*rows*/ (:run, :member, :account, :channel, :state, :code, :at, :lot)
ON CONFLICT (run, member) DO NOTHING;

-- name: recipient_posted
INSERT INTO recipient (run, member, account, channel, state, at, tries, outbox)
VALUES /*rows*/ (:run, :member, :account, :channel, 'queued', :at, 1, :outbox)
ON CONFLICT (run, member) DO NOTHING;

-- name: recipient_counts
SELECT state, code, COUNT(*) AS n FROM recipient WHERE run = :run GROUP BY state, code;

-- name: recipient_page
SELECT * FROM recipient
WHERE run = :run AND member > :after
  AND (CAST(:state AS TEXT) IS NULL OR state = :state)
  AND (CAST(:account AS TEXT) IS NULL OR account = :account)
ORDER BY member LIMIT :n;

-- name: recipient_groups
-- What waits to be handed over, by the way it goes.
SELECT channel, account, COUNT(*) AS n FROM recipient
WHERE run = :run AND state = 'pending'
GROUP BY channel, account ORDER BY channel, account;

-- name: recipient_next
SELECT member, account, channel, lot, tries FROM recipient
WHERE run = :run AND state = 'pending' AND channel = :channel AND account = :account
ORDER BY lot, member LIMIT :n;

-- name: recipient_left
-- How many are still to be reached or on their way.
SELECT state, COUNT(*) AS n FROM recipient
WHERE run = :run AND state IN ('pending', 'later', 'queued') GROUP BY state;

-- name: recipient_later
SELECT MIN(at) AS at FROM recipient WHERE run = :run AND state = 'later';

-- name: recipient_ripe
-- Led by the few that are chosen: SQLite went through all that wait, to find these among them.
UPDATE recipient SET state = 'pending', code = ''
FROM (SELECT member FROM recipient
      WHERE run = :run AND state = 'later' AND at <= :now LIMIT :n) AS v
WHERE recipient.run = :run AND recipient.member = v.member AND recipient.state = 'later';

-- name: recipient_put
-- What was decided about somebody who waited.
UPDATE recipient
SET state = CAST(v.column2 AS TEXT), code = CAST(v.column3 AS TEXT),
    at = CAST(v.column4 AS BIGINT), account = CAST(v.column5 AS TEXT),
    channel = CAST(v.column6 AS TEXT), outbox = CAST(v.column7 AS BIGINT),
    tries = recipient.tries + CAST(v.column8 AS BIGINT)
FROM (VALUES /*rows*/ (:member, :state, :code, :at, :account, :channel, :outbox, :tried)) AS v
WHERE recipient.run = :run AND recipient.member = CAST(v.column1 AS TEXT)
  AND recipient.state = 'pending';

-- name: recipient_close
-- The rest of a run, so many at a time.
UPDATE recipient
SET state = :state, code = CASE WHEN code = '' THEN :code ELSE code END, at = :now
FROM (SELECT member FROM recipient
      WHERE run = :run AND state IN ('pending', 'later') LIMIT :n) AS v
WHERE recipient.run = :run AND recipient.member = v.member
  AND recipient.state IN ('pending', 'later');

-- name: recipient_doubt
UPDATE recipient SET state = 'unsure', code = :code, at = :now
WHERE run = :run AND state IN ('pending', 'later');

-- name: recipient_again
-- Only what is certain not to have arrived.
UPDATE recipient SET state = 'pending', code = '', outbox = NULL
FROM (SELECT member FROM recipient
      WHERE run = :run AND state IN ('failed', 'expired') LIMIT :n) AS v
WHERE recipient.run = :run AND recipient.member = v.member
  AND recipient.state IN ('failed', 'expired');

-- name: recipient_moved
-- Their friendship with the account has ended, so its task cannot reach them; another account of
-- the persona can. Once only.
UPDATE recipient SET state = 'pending', code = '', outbox = NULL, moved = 1
FROM (WITH ended AS MATERIALIZED (
          SELECT member FROM recipient
          WHERE run = :run AND state IN ('failed', 'expired', 'cancelled'))
      SELECT member FROM ended) AS v
WHERE recipient.run = :run AND recipient.member = v.member
  AND recipient.state IN ('failed', 'expired', 'cancelled') AND recipient.moved = 0
  AND recipient.channel = 'contact'
  AND NOT EXISTS (SELECT 1 FROM friend f WHERE f.member = recipient.member
                  AND f.account = recipient.account AND f.until IS NULL)
  AND EXISTS (SELECT 1 FROM friend f WHERE f.member = recipient.member
              AND f.account IN (:accounts…) AND f.until IS NULL);

-- name: recipient_back
-- Taken off before it left, for a reason that passes: looked at again, a few times at most.
UPDATE recipient SET state = 'later', outbox = NULL, at = :at
FROM (SELECT member FROM recipient
      WHERE run = :run AND state = 'cancelled' AND code IN (:codes…)) AS v
WHERE recipient.run = :run AND recipient.member = v.member AND recipient.state = 'cancelled'
  AND recipient.tries < :most;

-- name: recipient_tasks
-- Outbox rows whose results are looked at, in the order of their ids.
SELECT DISTINCT outbox FROM recipient
WHERE outbox > :after AND state IN ('queued', 'unsure') ORDER BY outbox LIMIT :n;

-- name: recipient_news
-- Of these outbox rows, whose recipients have another fate in the reply log by now, and how many.
-- Crossed, so that SQLite begins with those who wait, not with all who were on the list.
SELECT r.run, r.outbox, COUNT(*) AS n FROM recipient r CROSS JOIN replies p
WHERE r.outbox IN (:ids…) AND r.state IN ('queued', 'unsure')
  AND p.outbox = r.outbox AND p.peer = r.member
  AND CASE WHEN p.status = 'waiting_tap' THEN 'queued' ELSE p.status END <> r.state
GROUP BY r.run, r.outbox ORDER BY r.outbox;

-- name: recipient_settle
UPDATE recipient
SET state = CASE WHEN p.status = 'waiting_tap' THEN 'queued' ELSE p.status END,
    code = substr(p.note, 1, 2000), at = :now
FROM replies AS p
WHERE recipient.outbox IN (:ids…) AND recipient.state IN ('queued', 'unsure')
  AND p.outbox = recipient.outbox AND p.peer = recipient.member
  AND CASE WHEN p.status = 'waiting_tap' THEN 'queued' ELSE p.status END <> recipient.state;

-- name: recipient_undelivered
-- The platform took it, then could not deliver it (msg_send_fail).
UPDATE recipient SET state = 'failed', code = :note
WHERE member = :member AND outbox = :outbox AND state = 'sent' AND run IN (
    SELECT id FROM campaign WHERE name = :name AND step = :step);

-- name: recipient_follow
-- Their task was made again: whoever is on the list of the new one goes on with that.
UPDATE recipient SET outbox = :after
WHERE outbox = :before AND state IN ('queued', 'unsure') AND EXISTS (
    SELECT 1 FROM replies p WHERE p.outbox = :after AND p.peer = recipient.member);

-- name: recipient_outboxes
-- What a run has on its way.
SELECT DISTINCT r.outbox, o.state FROM recipient r JOIN outbox o ON o.id = r.outbox
WHERE r.run = :run AND r.state = 'queued';

-- name: recipient_had
-- Whom another version of the same occurrence has reached, or may have.
SELECT DISTINCT r.member FROM campaign c JOIN recipient r ON r.run = c.id
WHERE c.name = :name AND c.step = :step AND c.id <> :run AND r.member IN (:members…)
  AND r.state IN ('queued', 'sent', 'unsure');

-- name: recipient_reached
-- How many of either side there were, and how many of them wrote within a time.
SELECT r.side, COUNT(*) AS n, SUM(CASE WHEN w.member IS NULL THEN 0 ELSE 1 END) AS hits
FROM (SELECT member, CASE WHEN state = 'control' THEN 'control' ELSE 'reached' END AS side
      FROM recipient WHERE run = :run AND state <> 'out' AND code <> 'ceiling') AS r
LEFT JOIN (SELECT DISTINCT c.member FROM inbox i JOIN conversation c ON c.id = i.conversation
           WHERE i.received_at >= :since AND i.received_at < :until AND i.kind <> 'event') AS w
  ON w.member = r.member
GROUP BY r.side;

-- name: recipient_after
-- Of either side, how many opted out (opt_out) and how many complained (handoff) within a time.
SELECT CASE WHEN r.state = 'control' THEN 'control' ELSE 'reached' END AS side, e.what,
       COUNT(DISTINCT r.member) AS n
FROM figure_event e JOIN conversation c ON c.id = e.conversation
JOIN recipient r ON r.run = :run AND r.member = c.member
WHERE e.at >= :since AND e.at < :until AND r.state <> 'out' AND r.code <> 'ceiling'
  AND (e.what = 'opt_out' OR (e.what = 'handoff' AND e.code = 'complaint'))
GROUP BY 1, e.what;

-- name: recipient_tagged
-- The same for a tag that they wear now.
SELECT r.side, COUNT(*) AS n, SUM(CASE WHEN w.member IS NULL THEN 0 ELSE 1 END) AS hits
FROM (SELECT member, CASE WHEN state = 'control' THEN 'control' ELSE 'reached' END AS side
      FROM recipient WHERE run = :run AND state <> 'out' AND code <> 'ceiling') AS r
LEFT JOIN (SELECT DISTINCT x.member FROM friend_tag x JOIN tag t ON t.id = x.tag
           WHERE t.name = :tag AND t.gone_at IS NULL) AS w
  ON w.member = r.member
GROUP BY r.side;

-- name: recipient_bought
-- The same for orders that were kept.
SELECT r.side, COUNT(*) AS n, SUM(CASE WHEN w.member IS NULL THEN 0 ELSE 1 END) AS hits
FROM (SELECT member, CASE WHEN state = 'control' THEN 'control' ELSE 'reached' END AS side
      FROM recipient WHERE run = :run AND state <> 'out' AND code <> 'ceiling') AS r
LEFT JOIN (SELECT DISTINCT m.id AS member FROM purchase p
           JOIN member m ON m.id = p.member OR m.person = p.member
           WHERE p.at >= :since AND p.at < :until AND p.state NOT IN ('refunded', 'cancelled')) AS w
  ON w.member = r.member
GROUP BY r.side;

-- name: recipient_follow_up
-- Whom a live session reached and who wrote while it went on or soon after, with his last words.
SELECT c.member, m.name, i.conversation, i.text, i.received_at AS at, c.answered_at
FROM inbox i JOIN conversation c ON c.id = i.conversation
JOIN member m ON m.id = c.member
WHERE i.received_at >= :since AND i.received_at < :until AND i.kind <> 'event'
  AND EXISTS (SELECT 1 FROM recipient r WHERE r.run IN (:runs…) AND r.member = c.member
              AND r.state IN ('sent', 'queued', 'unsure'))
  AND NOT EXISTS (SELECT 1 FROM inbox n WHERE n.conversation = i.conversation AND n.id > i.id
                  AND n.kind <> 'event' AND n.received_at < :until)
ORDER BY i.received_at, i.id LIMIT :n;

-- name: way_friends
-- Which of the persona's accounts have these members, the oldest friendship first.
SELECT member, account FROM friend
WHERE member /*few*/ IN (:members…) AND account IN (:accounts…) AND until IS NULL
ORDER BY since, account;

-- name: way_talks
-- Their conversations through which they may be written to, or which show whom they talk with.
SELECT id, member, channel, account, mode, last_in_at, sent_since FROM conversation
WHERE member /*few*/ IN (:members…) AND channel IN ('kf', 'archive') AND last_in_at IS NOT NULL
ORDER BY last_in_at DESC, id;
