-- What was said to members in service, by what it was made of.

-- name: service_said
-- Answers, words of staff and care, by template, row or rule. Promotion is no service.
SELECT r.kind, r.content,
       CASE WHEN substr(r.origin, 1, 5) = 'flow:' THEN r.origin ELSE '' END AS origin,
       COUNT(*) AS n, COUNT(DISTINCT r.member) AS members
FROM replies r
WHERE r.at >= :begins AND r.at < :ends AND r.kind IN ('reply', 'staff', 'care')
  AND r.status IN ('queued', 'sent', 'unsure') AND r.member IS NOT NULL
GROUP BY r.kind, r.content, CASE WHEN substr(r.origin, 1, 5) = 'flow:' THEN r.origin ELSE '' END;

-- name: service_words
-- What staff wrote themselves: whether it led to goods stands in the words alone.
SELECT r.id, r.text FROM replies r
WHERE r.at >= :begins AND r.at < :ends AND r.kind = 'staff' AND r.member IS NOT NULL
  AND r.status IN ('queued', 'sent', 'unsure') AND r.id > :after
ORDER BY r.id LIMIT :n;
