-- name: result_counts
SELECT content, content_version, status, COUNT(*) AS n, MAX(at) AS last FROM replies
WHERE content IN (:names…) AND content_version IS NOT NULL AND at >= :since
GROUP BY content, content_version, status;
