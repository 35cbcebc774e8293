-- Members who wait too long for a person; who they are stands in pieces/alarms.sql.

-- name: alarm_add
INSERT INTO alarm (conversation, since, level, at)
VALUES (:conversation, :since, :level, :now)
ON CONFLICT (conversation, since, level) DO NOTHING RETURNING id;

-- name: alarm_again
-- He was taken and put back: the same episode. It is shown again, and nobody is told twice.
UPDATE alarm SET cleared_at = NULL
WHERE conversation = :conversation AND since = :since AND level = :level
  AND cleared_at IS NOT NULL;

-- name: alarm_handed
-- It rang before he was handed to somebody, who has not heard it.
UPDATE alarm SET at = :now, cleared_at = NULL
WHERE conversation = :conversation AND since = :since AND level = :level AND at < :handed;

-- name: alarm_staff
-- Who may be told: accounts that are in use and have a WeCom account.
SELECT login, role, userid FROM staff
WHERE userid IS NOT NULL AND userid <> '' AND disabled_at IS NULL ORDER BY login;
