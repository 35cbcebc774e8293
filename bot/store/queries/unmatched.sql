-- Questions without a good answer.

-- name: unmatched_add
-- What was set aside stays so, however often it is asked.
INSERT INTO unmatched (persona, at, conversation, member, inbox, text, norm, score, rule, why, fate,
                       fate_at, fate_by)
SELECT CAST(:persona AS TEXT), CAST(:at AS BIGINT), CAST(:conversation AS TEXT),
       CAST(:member AS TEXT), CAST(:inbox AS BIGINT), CAST(:text AS TEXT), CAST(:norm AS TEXT),
       CAST(:score AS DOUBLE PRECISION), CAST(:rule AS TEXT), CAST(:why AS TEXT),
       COALESCE(MAX(fate), ''), MAX(fate_at), COALESCE(MAX(fate_by), '')
FROM (SELECT fate, fate_at, fate_by FROM unmatched
      WHERE persona = :persona AND norm = :norm AND fate = 'aside'
      ORDER BY id DESC LIMIT 1) AS last;

-- name: unmatched_open
-- Of equal questions the latest words; the most asked first.
SELECT u.norm, COUNT(*) AS times, MIN(u.at) AS first_at, MAX(u.at) AS last_at, MAX(u.id) AS last,
       MAX(u.score) AS score, COUNT(DISTINCT u.conversation) AS people
FROM unmatched u WHERE u.persona = :persona AND u.at >= :since AND u.fate = ''
GROUP BY u.norm ORDER BY COUNT(*) DESC, MAX(u.at) DESC, u.norm LIMIT :n;

-- name: unmatched_words
SELECT id, text, conversation, why FROM unmatched WHERE id IN (:ids…);

-- name: unmatched_counts
SELECT persona, COUNT(*) AS times FROM unmatched WHERE fate = '' AND at >= :since GROUP BY persona;

-- name: unmatched_hold
SELECT id FROM unmatched WHERE persona = :persona AND norm IN (:norms…) AND fate = ''
ORDER BY id /*lock*/;

-- name: unmatched_decide
UPDATE unmatched SET fate = :fate, fate_at = :now, fate_by = :actor, target = :target
WHERE id IN (:ids…) AND fate = '';

-- name: unmatched_reopen
UPDATE unmatched SET fate = '', fate_at = NULL, fate_by = '', target = ''
WHERE persona = :persona AND norm = :norm AND fate = 'aside';

-- name: unmatched_decided
SELECT u.norm, u.fate, u.fate_at, u.fate_by, u.target, MAX(u.text) AS text, COUNT(*) AS times
FROM unmatched u WHERE u.persona = :persona AND u.fate <> ''
GROUP BY u.norm, u.fate, u.fate_at, u.fate_by, u.target
ORDER BY u.fate_at DESC, u.norm LIMIT :n;
