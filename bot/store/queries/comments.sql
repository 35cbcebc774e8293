-- Comments under moments that nobody answered yet. The platform tells who and when, not what.

-- name: comments_open
-- Whoever commented since then and was not answered afterwards, the longest wait first; of one
-- person under one moment the first such comment.
SELECT c.member, m.name, c.account, c.place AS moment, COUNT(*) AS n, MIN(c.at) AS at,
       (SELECT r.text FROM replies r JOIN outbox o ON o.id = r.outbox
        WHERE o.provider_id = c.place AND o.channel <> 'kf' AND o.provider_id IS NOT NULL
        LIMIT 1) AS text
FROM event c LEFT JOIN member m ON m.id = c.member
WHERE c.kind = 'commented' AND c.at >= :since AND c.member <> '' AND NOT EXISTS (
    SELECT 1 FROM event a
    WHERE a.member = c.member AND COALESCE(a.kind, '') = 'answered' AND a.place = c.place
      AND a.account = c.account AND a.at >= c.at)
GROUP BY c.member, m.name, c.account, c.place
ORDER BY MIN(c.at), c.member, c.place LIMIT :n;

-- name: comments_latest
-- When he commented last under that moment.
SELECT MAX(at) AS at FROM event
WHERE member = :member AND COALESCE(kind, '') = 'commented' AND account = :account AND place = :moment;
