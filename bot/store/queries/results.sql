-- name: result_counts
SELECT content, content_version, status, COUNT(*) AS n, MAX(at) AS last FROM replies
WHERE content IN (:names…) AND content_version IS NOT NULL AND at >= :since
GROUP BY content, content_version, status;

-- name: result_followed
-- Of the latest messages in a talk of their own: in how many the member wrote afterwards.
SELECT r.content, r.content_version, COUNT(*) AS n,
    SUM(CASE WHEN EXISTS (
        SELECT 1 FROM inbox i WHERE i.conversation = r.conversation AND i.kind <> 'event'
          AND i.received_at > r.at AND i.received_at <= r.at + :within) THEN 1 ELSE 0 END) AS wrote
FROM (
    SELECT content, content_version, conversation, at FROM replies
    WHERE content IN (:names…) AND content_version IS NOT NULL AND at >= :since
      AND status = 'sent' AND conversation <> ''
    ORDER BY at DESC LIMIT :n
) AS r
GROUP BY r.content, r.content_version;
