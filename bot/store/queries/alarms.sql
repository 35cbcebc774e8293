-- Members who wait too long for a person.

-- name: alarm_candidates
-- Whoever waits in the queue and has no standing alarm of this level, by pages. Of conversations
-- that are shown as one, that which waits longest speaks for all.
SELECT c.id, c.channel, c.account, c.persona, c.member, c.waiting_since, c.waiting_for, m.name
FROM conversation c LEFT JOIN member m ON m.id = c.member
WHERE c.waiting_since IS NOT NULL AND c.held_by = '' AND c.mode <> 'client' AND c.mode <> 'muted'
  AND c.waiting_since >= :since AND (c.waiting_since > :since OR c.id > :id)
  AND c.waiting_since <= :before
  AND (c.snoozed_until IS NULL OR c.snoozed_until <= :now)
  AND NOT EXISTS (SELECT 1 FROM alarm a
                  WHERE a.conversation = c.id AND a.since = c.waiting_since AND a.level = :level
                    AND a.cleared_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM conversation s
                  WHERE s.joined = c.joined AND s.joined <> 0 AND s.id <> c.id
                    AND s.waiting_since IS NOT NULL AND s.held_by = ''
                    AND s.mode <> 'client' AND s.mode <> 'muted'
                    AND (s.snoozed_until IS NULL OR s.snoozed_until <= :now)
                    AND (s.waiting_since < c.waiting_since
                         OR (s.waiting_since = c.waiting_since AND s.id < c.id)))
ORDER BY c.waiting_since, c.id LIMIT :n;

-- name: alarm_add
INSERT INTO alarm (conversation, since, level, at)
VALUES (:conversation, :since, :level, :now)
ON CONFLICT (conversation, since, level) DO NOTHING RETURNING id;

-- name: alarm_again
-- He was taken and put back: the same episode. It is shown again, and nobody is told twice.
UPDATE alarm SET cleared_at = NULL
WHERE conversation = :conversation AND since = :since AND level = :level
  AND cleared_at IS NOT NULL;

-- name: alarm_clear
-- Somebody answered, took it, put it off or handed it over.
UPDATE alarm SET cleared_at = :now
WHERE cleared_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM conversation c
    WHERE c.id = alarm.conversation AND c.waiting_since = alarm.since AND c.held_by = ''
      AND c.mode <> 'client' AND c.mode <> 'muted'
      AND (c.snoozed_until IS NULL OR c.snoozed_until <= :now))
RETURNING id, conversation, level;

-- name: alarm_standing
SELECT c.id, c.waiting_since, MAX(a.level) AS level, MIN(a.at) AS at, c.channel, c.account,
       c.persona, c.waiting_for, m.name
FROM alarm a JOIN conversation c ON c.id = a.conversation AND c.waiting_since = a.since
LEFT JOIN member m ON m.id = c.member
WHERE a.cleared_at IS NULL AND c.held_by = '' AND c.mode <> 'client' AND c.mode <> 'muted'
  AND (c.snoozed_until IS NULL OR c.snoozed_until <= :now)
  AND NOT EXISTS (SELECT 1 FROM conversation s
                  WHERE s.joined = c.joined AND s.joined <> 0 AND s.id <> c.id
                    AND s.waiting_since IS NOT NULL AND s.held_by = ''
                    AND s.mode <> 'client' AND s.mode <> 'muted'
                    AND (s.snoozed_until IS NULL OR s.snoozed_until <= :now)
                    AND (s.waiting_since < c.waiting_since
                         OR (s.waiting_since = c.waiting_since AND s.id < c.id)))
GROUP BY c.id, c.waiting_since, c.channel, c.account, c.persona, c.waiting_for, m.name
ORDER BY c.waiting_since, c.id LIMIT :n;

-- name: alarm_staff
-- Who may be told: accounts that are in use and have a WeCom account.
SELECT login, role, userid FROM staff
WHERE userid IS NOT NULL AND userid <> '' AND disabled_at IS NULL ORDER BY login;
