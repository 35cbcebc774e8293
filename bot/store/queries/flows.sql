-- Members on their way through flows, and what happened to them.

-- name: flow_start
INSERT INTO flow_run (key, flow, flow_version, persona, member, account, started_at, state, zone,
                      cause)
VALUES (:key, :flow, :flow_version, :persona, :member, :account, :now, :state, :zone, :cause)
ON CONFLICT (key) DO NOTHING
RETURNING id;

-- name: flow_get
SELECT * FROM flow_run WHERE id IN (:ids…);

-- name: flow_end
UPDATE flow_run SET state = :state, note = :note, ended_at = :now
WHERE id IN (:ids…) AND state = 'running'
RETURNING id;

-- name: flow_goal
UPDATE flow_run SET goal_at = :now WHERE id IN (:ids…) AND goal_at IS NULL;

-- name: flow_move
UPDATE flow_run SET flow_version = :version WHERE id = :id AND flow_version <> :version;

-- name: flow_running
SELECT * FROM flow_run WHERE flow = :flow AND state = 'running' AND id > :after
ORDER BY id LIMIT :n;

-- name: flow_unreached
-- Runs whose goal was not seen, those of the held out too.
SELECT * FROM flow_run WHERE flow = :flow AND persona = :persona AND goal_at IS NULL
  AND started_at >= :since AND id > :after
ORDER BY id LIMIT :n;

-- name: flow_member
SELECT * FROM flow_run WHERE member = :member ORDER BY id;

-- name: flow_steps
SELECT id, run, step, at, state, note FROM due WHERE run IN (:runs…) ORDER BY id;

-- name: flow_step_waiting
SELECT step FROM due WHERE run = :run AND state = 'waiting';

-- name: flow_counts
SELECT flow, state, COUNT(*) AS n, SUM(CASE WHEN goal_at IS NULL THEN 0 ELSE 1 END) AS reached
FROM flow_run GROUP BY flow, state;

-- name: flow_step_counts
SELECT d.step, d.state, d.note, COUNT(*) AS n FROM flow_run AS r JOIN due AS d ON d.run = r.id
WHERE r.flow = :flow GROUP BY d.step, d.state, d.note;

-- name: flow_ahead
SELECT r.flow, d.step, r.persona, r.account, d.at FROM due AS d JOIN flow_run AS r ON r.id = d.run
WHERE d.state = 'waiting' AND d.at >= :since AND d.at < :until AND d.kind = 'flow'
ORDER BY d.at, d.id LIMIT :n;

-- name: happening_add
INSERT INTO happening (event, key, member, account, which, at)
VALUES (:event, :key, :member, :account, :which, :at)
ON CONFLICT (event, key) DO NOTHING;

-- name: happening_told
SELECT key FROM happening WHERE event = :event AND key IN (:keys…);

-- name: happening_earlier
SELECT 1 AS n FROM happening WHERE member = :member AND event = :event AND at < :at LIMIT 1;

-- name: since_orders
SELECT member, last_at AS at FROM worth WHERE member IN (:members…) AND last_at IS NOT NULL;

-- name: since_heard
SELECT member, MAX(last_in_at) AS at FROM conversation
WHERE member IN (:members…) AND account IN (:accounts…) AND last_in_at IS NOT NULL
GROUP BY member;

-- name: since_said
SELECT i.text FROM conversation AS c JOIN inbox AS i ON i.conversation = c.id
WHERE c.member = :member AND c.account IN (:accounts…) AND i.kind <> 'event'
  AND i.received_at >= :since
ORDER BY i.id DESC LIMIT :n;

-- name: since_promo
SELECT member, MAX(at) AS at FROM replies
WHERE member IN (:members…) AND persona = :persona AND kind IN ('promo', 'activity')
  AND status IN ('queued', 'waiting_tap', 'sent', 'unsure')
  AND (substr(origin, 1, 5) = 'flow:' OR substr(origin, 1, 9) = 'campaign:')
GROUP BY member;

-- name: friends_of_accounts
SELECT member, account FROM friend
WHERE member IN (:members…) AND account IN (:accounts…) AND until IS NULL
ORDER BY since, account;

-- name: flow_left
SELECT run, COUNT(*) AS n FROM due WHERE run IN (:runs…) AND state = 'waiting' GROUP BY run;

-- name: tag_names
SELECT id, name FROM tag WHERE id IN (:ids…) AND gone_at IS NULL;
