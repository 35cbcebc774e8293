-- What needs somebody now: how many, since when the oldest does, and which that is. Each is read by a
-- small index, and no further than :most.

-- name: need_waiting
SELECT COUNT(*) AS n, MIN(at) AS since
FROM (SELECT waiting_since AS at FROM conversation
      WHERE waiting_since IS NOT NULL AND held_by = '' AND mode <> 'client'
        AND (snoozed_until IS NULL OR snoozed_until <= :now)
      ORDER BY waiting_since, id LIMIT :most) AS x;

-- name: need_handed
SELECT COUNT(*) AS n, MIN(handed_at) AS since FROM conversation
WHERE held_by = :login AND held_by <> '' AND handed_at IS NOT NULL;

-- name: need_mine
-- What he holds and owes an answer, apart from what was passed on to him.
SELECT COUNT(*) AS n, MIN(COALESCE(waiting_since, last_in_at)) AS since FROM conversation
WHERE held_by = :login AND held_by <> '' AND handed_at IS NULL
  AND (last_in_at > answered_at OR waiting_since IS NOT NULL)
  AND (snoozed_until IS NULL OR snoozed_until <= :now);

-- name: need_named
SELECT COUNT(DISTINCT conversation) AS n, MIN(at) AS since FROM mention
WHERE login = :login AND seen_at IS NULL;

-- name: need_complaints
SELECT COUNT(*) AS n, MIN(at) AS since
FROM (SELECT complaint_at AS at FROM conversation WHERE complaint_at IS NOT NULL LIMIT :most) AS x;

-- name: need_lead
SELECT COUNT(*) AS n, MIN(at) AS since
FROM (SELECT activity_at AS at FROM conversation WHERE lead_for <> ''
      ORDER BY activity_at, id LIMIT :most) AS x;

-- name: need_lead_first
SELECT id FROM conversation WHERE lead_for <> '' ORDER BY activity_at, id LIMIT 1;

-- name: need_appeals
SELECT COUNT(*) AS n, MIN(at) AS since FROM appeal WHERE decided_at IS NULL;

-- name: need_appeals_first
SELECT conversation AS id FROM appeal WHERE decided_at IS NULL ORDER BY at, note LIMIT 1;

-- name: need_waiting_first
SELECT id FROM conversation
WHERE waiting_since IS NOT NULL AND held_by = '' AND mode <> 'client'
  AND (snoozed_until IS NULL OR snoozed_until <= :now)
ORDER BY waiting_since, id LIMIT 1;

-- name: need_taps
-- COALESCE: among those that stand, not among all that the account ever had.
SELECT COUNT(*) AS n, MIN(since) AS since FROM tap
WHERE state <> 'over' AND state = 'open' AND COALESCE(account, '') = :userid;

-- name: need_late
-- Of these the lead was told, because nobody tapped.
SELECT COUNT(*) AS n, MIN(since) AS since FROM tap
WHERE state <> 'over' AND state = 'open' AND escalated_at IS NOT NULL;

-- name: need_prompts
SELECT COUNT(*) AS n, MIN(at) AS since FROM atmosphere_prompt
WHERE state = 'open' AND userid = :userid;

-- name: need_unsure
SELECT COUNT(*) AS n, MIN(send_at) AS since FROM outbox
WHERE state = 'unsure' AND pool = 'bulk' AND channel IN ('contact', 'group', 'moment');

-- name: need_grants
SELECT COUNT(*) AS n, MIN(at) AS since FROM reward_grant WHERE state = :state;

-- name: need_given_up
-- The oldest by when it was to leave, or came.
SELECT COUNT(*) AS n, MIN(at) AS since FROM (
    SELECT at FROM (SELECT send_at AS at FROM outbox
                    WHERE state IN ('dead', 'unsure') AND dealt_at IS NULL AND state = 'dead'
                    ORDER BY send_at LIMIT :most) AS a
    UNION ALL
    SELECT at FROM (SELECT send_at AS at FROM outbox
                    WHERE state IN ('dead', 'unsure') AND dealt_at IS NULL AND state = 'unsure'
                      AND pool <> 'bulk' ORDER BY send_at LIMIT :most) AS b
    UNION ALL
    SELECT at FROM (SELECT received_at AS at FROM inbox WHERE state = 'dead'
                    ORDER BY id LIMIT :most) AS c
    UNION ALL
    SELECT at FROM (SELECT at FROM intake WHERE note <> '' ORDER BY id LIMIT :most) AS d) AS x;

-- name: need_paused
SELECT COUNT(*) AS n, MIN(at) AS since FROM campaign WHERE state = 'paused';

-- name: need_paused_first
SELECT name AS id FROM campaign WHERE state = 'paused' ORDER BY at, id LIMIT 1;

-- name: need_applications
SELECT COUNT(*) AS n, MIN(at) AS since FROM application WHERE state = 'waiting';

-- name: need_moderation
SELECT COUNT(*) AS n, MIN(at) AS since FROM moderation WHERE state IN ('waiting', 'escalated');

-- name: need_entries
-- By who took part, or SQLite would walk an index of all entries, which has the rest.
SELECT COUNT(member) AS n, MIN(at) AS since FROM entry WHERE state = 'waiting';

-- name: need_entries_first
SELECT run AS id FROM entry WHERE state = 'waiting' AND member <> '' ORDER BY run LIMIT 1;

-- name: need_winners
SELECT COUNT(*) AS n, MIN(close_at) AS since FROM activity_run WHERE state = 'closed';

-- name: need_winners_first
SELECT id FROM activity_run WHERE state = 'closed' ORDER BY announce_at, id LIMIT 1;

-- name: need_missions
SELECT COUNT(*) AS n, MIN(proved_at) AS since FROM mission_take WHERE state = 'proved';

-- name: need_questions
SELECT COUNT(*) AS n, MIN(at) AS since FROM unmatched WHERE fate = '' AND at >= :after;

-- name: need_comments
SELECT COUNT(*) AS n, MIN(at) AS since FROM (
    SELECT c.at FROM event c
    WHERE c.kind = 'commented' AND c.at >= :after AND c.member <> '' AND NOT EXISTS (
        SELECT 1 FROM event a
        WHERE a.member = c.member AND COALESCE(a.kind, '') = 'answered' AND a.place = c.place
          AND a.account = c.account AND a.at >= c.at)
    LIMIT :most) AS x;
