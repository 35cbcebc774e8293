-- name: atmosphere_shift_add
INSERT INTO atmosphere_shift (id, circle, shift, planned, userid, since, until, version)
VALUES (:id, :circle, :shift, :planned, :userid, :since, :until, :version)
ON CONFLICT (id) DO NOTHING;

-- name: atmosphere_shift_get
SELECT * FROM atmosphere_shift WHERE id = :id;

-- name: atmosphere_shift_hold
SELECT * FROM atmosphere_shift WHERE id = :id /*lock*/;

-- name: atmosphere_shifts_within
SELECT * FROM atmosphere_shift WHERE since >= :since AND since < :until ORDER BY since, id;

-- name: atmosphere_shift_told
UPDATE atmosphere_shift SET told_at = :now WHERE id = :id AND told_at IS NULL;

-- name: atmosphere_shift_hand
UPDATE atmosphere_shift SET userid = :userid WHERE id = :id AND userid = :before;

-- name: atmosphere_prompt_add
INSERT INTO atmosphere_prompt (shift, key, circle, userid, ask, about, conversation, text, content,
                               content_version, persona, chats, at, until)
VALUES (:shift, :key, :circle, :userid, :ask, :about, :conversation, :text, :content,
        :content_version, :persona, :chats, :at, :until)
ON CONFLICT (shift, key) DO NOTHING;

-- name: atmosphere_prompt_get
SELECT * FROM atmosphere_prompt WHERE id = :id;

-- name: atmosphere_prompt_hold
SELECT * FROM atmosphere_prompt WHERE id = :id /*lock*/;

-- name: atmosphere_prompts_of
-- What somebody is to do, or everybody; what is open first.
SELECT p.*, m.name AS name FROM atmosphere_prompt AS p LEFT JOIN member AS m ON m.id = p.about
WHERE (CAST(:userid AS TEXT) IS NULL OR p.userid = :userid) AND p.at >= :since
ORDER BY CASE WHEN p.state = 'open' THEN 0 ELSE 1 END, p.at DESC, p.id LIMIT :n;

-- name: atmosphere_prompts_in
SELECT p.*, m.name AS name FROM atmosphere_prompt AS p LEFT JOIN member AS m ON m.id = p.about
WHERE p.shift = :shift ORDER BY p.id;

-- name: atmosphere_prompts_open
SELECT COUNT(*) AS n FROM atmosphere_prompt
WHERE state = 'open' AND (CAST(:userid AS TEXT) IS NULL OR userid = :userid);

-- name: atmosphere_prompts_counted
SELECT shift, state, COUNT(*) AS n FROM atmosphere_prompt
WHERE at >= :since AND at < :until GROUP BY shift, state;

-- name: atmosphere_prompts_lapsing
SELECT * FROM atmosphere_prompt WHERE shift = :shift AND state = 'open' ORDER BY id;

-- name: atmosphere_prompts_hand
UPDATE atmosphere_prompt SET userid = :userid WHERE shift = :shift AND state = 'open';

-- name: atmosphere_prompt_move
UPDATE atmosphere_prompt SET state = :after, closed_at = :now, closed_by = :actor, note = :note
WHERE id = :id AND state = :before;

-- name: atmosphere_birthdays
-- Whose birthday it is, of those who sit in these groups.
SELECT DISTINCT n.member AS member FROM fact AS f JOIN member_no AS n ON n.no = f.no
JOIN stay AS s ON s.member = n.member AND s.kind = 'group' AND s.until IS NULL
WHERE f.day IN (:days…) AND f.day > 0 AND f.won = 1 AND f.name = 'birthday' AND s.place IN (:chats…)
ORDER BY n.member LIMIT :n;

-- name: atmosphere_silent
-- Who sits in these groups since long and did nothing since then; the latest to join first.
SELECT s.member AS member, MAX(s.since) AS since FROM stay AS s
WHERE s.kind = 'group' AND s.until IS NULL AND s.place IN (:chats…) AND s.since < :before
    AND NOT EXISTS (SELECT 1 FROM event AS e WHERE e.member = s.member AND e.at >= :before
                    AND e.kind IN ('inbound', 'checked', 'signed', 'submitted', 'voted', 'helped',
                                   'liked', 'commented', 'clicked', 'ordered'))
    AND NOT EXISTS (SELECT 1 FROM atmosphere_prompt AS p WHERE p.about = s.member
                    AND p.ask = 'silent' AND p.at >= :asked)
GROUP BY s.member ORDER BY since DESC, s.member LIMIT :n;

-- name: atmosphere_unanswered
-- Whose talk waits for a person, of those who sit in these groups; the longest first.
SELECT c.id AS conversation, c.member AS member, c.waiting_since AS since FROM conversation AS c
WHERE c.waiting_since IS NOT NULL AND c.mode <> 'muted'
    AND EXISTS (SELECT 1 FROM stay AS s WHERE s.member = c.member AND s.kind = 'group'
                AND s.until IS NULL AND s.place IN (:chats…))
ORDER BY c.waiting_since, c.id LIMIT :n;

-- name: atmosphere_runs
-- Runs of a circle in which one may take part now.
SELECT * FROM activity_run WHERE circle = :circle AND announce_at <= :now AND close_at > :now
    AND state IN ('announced', 'open') ORDER BY close_at, id;

-- name: atmosphere_chats
-- Customer groups that go by these names or ids.
SELECT * FROM chat WHERE kind = 'customer' AND dismissed_at IS NULL
    AND (name IN (:names…) OR id IN (:ids…)) ORDER BY id;
