-- name: feedback_grouped
SELECT product, theme, COUNT(*) AS n, SUM(CASE WHEN mood > 0 THEN 1 ELSE 0 END) AS happy,
       SUM(CASE WHEN mood < 0 THEN 1 ELSE 0 END) AS sad, COUNT(DISTINCT no) AS people,
       MAX(at) AS last_at
FROM feedback
WHERE at >= :since AND at < :until AND (CAST(:product AS TEXT) IS NULL OR product = :product)
GROUP BY product, theme
ORDER BY product, COUNT(*) DESC, theme;

-- name: feedback_every
SELECT product, theme, mood, quote, at, persona FROM feedback
WHERE at >= :since AND at < :until
ORDER BY product, theme, at, event LIMIT :n;

-- name: feedback_of
SELECT f.*, i.conversation FROM member m
JOIN member_no n ON n.member = COALESCE(m.person, m.id)
JOIN feedback f ON f.no = n.no
LEFT JOIN inbox i ON i.id = f.inbox
WHERE m.id = :member ORDER BY f.at DESC, f.event;

-- name: needs_of
SELECT d.kind, d.word, d.at, d.inbox, d.noted_by, d.persona, d.event, i.text, i.conversation
FROM member m
JOIN member_no n ON n.member = COALESCE(m.person, m.id)
JOIN need d ON d.no = n.no
LEFT JOIN inbox i ON i.id = d.inbox
WHERE m.id = :member ORDER BY d.at DESC, d.kind, d.word;

-- name: spoken_at
-- Where messages stand that something was learned from.
SELECT id, conversation, dedupe FROM inbox WHERE dedupe IN (:origins…);

-- name: needs_like
SELECT d.no, n.member, d.kind, d.word, d.at, d.inbox, d.event
FROM need d JOIN member_no n ON n.no = d.no
WHERE d.word LIKE :text ESCAPE '\' AND d.no > :after
ORDER BY d.no, d.kind, d.word LIMIT :n;
