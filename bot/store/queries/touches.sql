-- Kind words to one person.

-- name: touches_said
SELECT at, content, origin, COALESCE(persona, '') AS persona, channel, account, status FROM replies
WHERE member IN (:ids…) AND kind = 'care' AND status IN ('queued', 'waiting_tap', 'sent', 'unsure')
ORDER BY at DESC, id DESC LIMIT :n;

-- name: touches_planned
SELECT d.at, r.flow, d.step, r.persona FROM flow_run AS r JOIN due AS d ON d.run = r.id
WHERE r.member IN (:ids…) AND r.state = 'running' AND d.state = 'waiting'
ORDER BY d.at, d.id;
