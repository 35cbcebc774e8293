-- Sentences about any table with sealed columns (store/sealed.py names them).

-- name: sealing_any
SELECT 1 AS one FROM /*table…*/ LIMIT 1;

-- name: sealing_count
SELECT COUNT(*) AS n FROM /*table…*/;

-- name: sealing_first
SELECT /*columns…*/ FROM /*table…*/ ORDER BY /*keys…*/ LIMIT :n;

-- name: sealing_next
SELECT /*columns…*/ FROM /*table…*/ WHERE (/*keys…*/) > (/*after…*/) ORDER BY /*keys…*/ LIMIT :n;

-- name: sealing_value
:v

-- name: sealing_put
UPDATE /*table…*/ SET /*sets…*/ WHERE /*where…*/;

-- name: sealing_set
/*column…*/ = :v

-- name: sealing_is
/*column…*/ = :k
