-- Who rings, and of whom that is asked.

-- name: alarm_waits
-- In the queue, or handed to a colleague who has not answered yet.
c.waiting_since IS NOT NULL AND (c.held_by = '' OR c.handed_at IS NOT NULL)
AND c.mode <> 'client' AND c.mode <> 'muted'
AND (c.snoozed_until IS NULL OR c.snoozed_until <= :now)

-- name: alarm_speaks
-- Of conversations that are shown as one, that which waits longest speaks for all.
NOT EXISTS (SELECT 1 FROM conversation s
            WHERE s.joined = c.joined AND s.joined <> 0 AND s.id <> c.id
              AND s.waiting_since IS NOT NULL AND (s.held_by = '' OR s.handed_at IS NOT NULL)
              AND s.mode <> 'client' AND s.mode <> 'muted'
              AND (s.snoozed_until IS NULL OR s.snoozed_until <= :now)
              AND (s.waiting_since < c.waiting_since
                   OR (s.waiting_since = c.waiting_since AND s.id < c.id)))

-- name: alarm_candidates
-- Whoever waits and has no standing alarm of this level, by pages. What rang before he was handed to
-- somebody is none.
SELECT c.id, c.channel, c.account, c.persona, c.member, c.waiting_since, c.waiting_for,
       c.held_by, c.complaint_at, m.name
FROM conversation c LEFT JOIN member m ON m.id = c.member
WHERE /*waits…*/
  AND c.waiting_since >= :since AND (c.waiting_since > :since OR c.id > :id)
  AND c.waiting_since <= :before
  AND NOT EXISTS (SELECT 1 FROM alarm a
                  WHERE a.conversation = c.id AND a.since = c.waiting_since AND a.level = :level
                    AND a.cleared_at IS NULL
                    AND (c.handed_at IS NULL OR a.at >= c.handed_at))
  AND /*speaks…*/
ORDER BY c.waiting_since, c.id LIMIT :n;

-- name: alarm_clear
-- Somebody answered, took it, put it off or handed it to the client.
UPDATE alarm SET cleared_at = :now
WHERE cleared_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM conversation c
    WHERE c.id = alarm.conversation AND c.waiting_since = alarm.since AND /*waits…*/)
RETURNING id, conversation, level;

-- name: alarm_standing
SELECT c.id, c.waiting_since, MAX(a.level) AS level, MIN(a.at) AS at, c.channel, c.account,
       c.persona, c.waiting_for, c.held_by, c.complaint_at, m.name
FROM alarm a JOIN conversation c ON c.id = a.conversation AND c.waiting_since = a.since
LEFT JOIN member m ON m.id = c.member
WHERE a.cleared_at IS NULL AND /*waits…*/ AND /*speaks…*/
GROUP BY c.id, c.waiting_since, c.channel, c.account, c.persona, c.waiting_for, c.held_by,
         c.complaint_at, m.name
ORDER BY c.waiting_since, c.id LIMIT :n;
