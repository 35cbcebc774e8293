-- Colleagues who are named in notes.

-- name: mention_add
INSERT INTO mention (note, login, conversation, at)
SELECT CAST(:note AS BIGINT), s.login, CAST(:conversation AS TEXT), CAST(:at AS BIGINT) FROM staff s
WHERE s.login IN (:logins…) AND s.disabled_at IS NULL
ON CONFLICT (note, login) DO UPDATE SET at = excluded.at, seen_at = NULL;

-- name: mention_seen
UPDATE mention SET seen_at = :now
WHERE login = :login AND conversation = :conversation AND seen_at IS NULL;

-- name: mention_over
-- The note asks nobody for anything any more.
UPDATE mention SET seen_at = :now WHERE note = :note AND seen_at IS NULL;

-- name: mentions_of
SELECT DISTINCT conversation FROM mention WHERE login = :login AND seen_at IS NULL LIMIT :n;

-- name: needs_count
-- What somebody should look at: the queue, of what he holds whoever waits for him or complains, and
-- what names him.
-- What is shown as one counts once.
SELECT (SELECT COUNT(*) FROM (SELECT DISTINCT CASE WHEN joined = 0 THEN id
                                                   ELSE CAST(joined AS TEXT) END AS one
                              FROM conversation
                              WHERE waiting_since IS NOT NULL AND held_by = '' AND mode <> 'client'
                                AND (snoozed_until IS NULL OR snoozed_until <= :now)
                              LIMIT :most) AS x) AS waiting,
       (SELECT COUNT(DISTINCT CASE WHEN joined = 0 THEN id ELSE CAST(joined AS TEXT) END)
        FROM conversation
        WHERE held_by = :login AND held_by <> ''
          AND (last_in_at > answered_at OR handed_at IS NOT NULL
               OR waiting_since IS NOT NULL OR complaint_at IS NOT NULL)
          AND (snoozed_until IS NULL OR snoozed_until <= :now)) AS mine,
       (SELECT COUNT(DISTINCT conversation) FROM mention
        WHERE login = :login AND seen_at IS NULL) AS named;
