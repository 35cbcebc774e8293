-- name: moderation_add
INSERT INTO moderation (source, spot, place, account, persona, member, staff, rule, found, text,
                        said_at, at)
VALUES (:source, :spot, :place, :account, :persona, :member, :staff, :rule, :found, :text,
        :said_at, :at)
ON CONFLICT (source) DO NOTHING
RETURNING id;

-- name: moderation_get
SELECT * FROM moderation WHERE id = :id;

-- name: moderation_hold
SELECT * FROM moderation WHERE id = :id /*lock*/;

-- name: moderation_of_source
SELECT * FROM moderation WHERE source = :source /*lock*/;

-- name: moderation_past
-- Cases of a person, by all his ids, or of a colleague, before one: the latest reminder, and how
-- many since a moment.
SELECT MAX(reminded_at) AS reminded_at,
       SUM(CASE WHEN at >= :since AND state <> 'accepted' THEN 1 ELSE 0 END) AS cases
FROM moderation
WHERE id <> :id AND (member IN (:members…) OR (staff <> '' AND staff = :staff));

-- name: moderation_reminded
UPDATE moderation SET reminded_at = :now, held = '' WHERE id = :id AND reminded_at IS NULL;

-- name: moderation_held
UPDATE moderation SET held = :why WHERE id = :id AND reminded_at IS NULL;

-- name: moderation_move
UPDATE moderation SET state = :after, decided_at = CAST(:decided AS BIGINT),
    decided_by = :actor, why = :why
WHERE id = :id AND state = :before;

-- name: moderation_queue
-- What waits to be looked at: what was escalated first, then the oldest.
SELECT c.*, m.name AS name, COALESCE(g.name, '') AS chat_name FROM moderation AS c
LEFT JOIN member AS m ON m.id = c.member
LEFT JOIN chat AS g ON g.id = c.place
WHERE c.state IN ('waiting', 'escalated') AND (CAST(:spot AS TEXT) IS NULL OR c.spot = :spot)
ORDER BY CASE WHEN c.state = 'escalated' THEN 0 ELSE 1 END, c.at, c.id LIMIT :n;

-- name: moderation_decided
SELECT c.*, m.name AS name, COALESCE(g.name, '') AS chat_name FROM moderation AS c
LEFT JOIN member AS m ON m.id = c.member
LEFT JOIN chat AS g ON g.id = c.place
WHERE c.state NOT IN ('waiting', 'escalated') AND c.at >= :since
ORDER BY c.at DESC, c.id DESC LIMIT :n;

-- name: moderation_open
SELECT COUNT(*) AS n FROM moderation WHERE state IN ('waiting', 'escalated');

-- name: moderation_counts
SELECT spot, COUNT(*) AS n FROM moderation WHERE state IN ('waiting', 'escalated') GROUP BY spot;

-- name: moderation_entries
-- Entries that wait for a colleague, and that no rule has a case of.
SELECT e.event AS event, e.run AS run, e.member AS member, e.at AS at, e.ticket AS ticket,
       v.data AS data, m.name AS name
FROM entry AS e JOIN event AS v ON v.dedupe = e.event LEFT JOIN member AS m ON m.id = e.member
WHERE e.state = 'waiting' AND NOT EXISTS (
    SELECT 1 FROM moderation AS c WHERE c.source = e.event AND c.state IN ('waiting', 'escalated'))
ORDER BY e.at, e.event LIMIT :n;

-- name: moderation_entries_open
SELECT COUNT(*) AS n FROM entry AS e WHERE e.state = 'waiting' AND NOT EXISTS (
    SELECT 1 FROM moderation AS c WHERE c.source = e.event AND c.state IN ('waiting', 'escalated'));

-- name: moderation_entry
SELECT * FROM event WHERE dedupe = :dedupe;

-- name: moderation_burst_get
SELECT times FROM moderation_burst WHERE place = :place AND member = :member /*lock*/;

-- name: moderation_burst_put
INSERT INTO moderation_burst (place, member, at, times) VALUES (:place, :member, :at, :times)
ON CONFLICT (place, member) DO UPDATE SET at = excluded.at, times = excluded.times;

-- name: moderation_burst_forget
DELETE FROM moderation_burst WHERE at < :before;
