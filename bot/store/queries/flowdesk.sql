-- What the pages of flows read: who stands where, and what became of one member's steps.

-- name: flowdesk_runs
-- The latest first.
SELECT id, member, persona, flow_version, state, started_at, ended_at, goal_at, note FROM flow_run
WHERE flow = :flow AND state IN (:states…) AND id < :before
ORDER BY id DESC LIMIT :n;

-- name: flowdesk_step
-- The runs of one step: those who wait for it, had it, or were left out.
SELECT r.id, r.member, r.persona, r.flow_version, r.state, r.started_at, r.ended_at, r.goal_at,
       r.note, d.step, d.at, d.state AS step_state, d.note AS step_note
FROM flow_run AS r JOIN due AS d ON d.run = r.id
WHERE r.flow = :flow AND d.step = :step AND d.state IN (:states…) AND r.id < :before
  AND (:any = 1 OR d.note = :note)
ORDER BY r.id DESC LIMIT :n;

-- name: flowdesk_next
SELECT d.run, d.step, d.at, d.note FROM due AS d
WHERE d.run IN (:runs…) AND d.state = 'waiting' ORDER BY d.run, d.at, d.id;

-- name: flowdesk_versions
SELECT flow_version AS version, COUNT(*) AS n FROM flow_run
WHERE flow = :flow AND state = 'running' GROUP BY flow_version ORDER BY flow_version;

-- name: flowdesk_waiting
SELECT COUNT(*) AS n FROM flow_run AS r JOIN due AS d ON d.run = r.id
WHERE r.flow = :flow AND r.state = 'running' AND d.state = 'waiting';

-- name: flowdesk_sent
-- What left, or was to leave, of one member's way: in the words of the index of unasked messages.
SELECT origin, status, note, at, sent_at, account, channel, outbox FROM replies
WHERE member = :member AND kind IN ('promo', 'care', 'activity') AND at >= :since
  AND substr(origin, 1, length(CAST(:prefix AS TEXT))) = :prefix
ORDER BY at, id;

-- name: flowdesk_pooled
-- What waits for others with the same words, or was taken out before it became a task.
SELECT key, account, due_at, dropped_at, note FROM pooled
WHERE member = :member AND outbox IS NULL
  AND substr(key, 1, 5) = 'flow/' ORDER BY id;
