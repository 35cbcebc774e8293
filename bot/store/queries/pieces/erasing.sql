-- Sentences about any table that holds something of a person (store/personal.py names its columns).

-- name: erase_one_of
/*column…*/ IN (:values…)

-- name: erase_delete
DELETE FROM /*table…*/ WHERE /*where…*/;

-- name: erase_delete_numbered
-- SQLite would give the number of a deleted last row to the next one.
DELETE FROM /*table…*/ WHERE (/*where…*/) AND id < (SELECT MAX(id) FROM /*table…*/);

-- name: erase_put
UPDATE /*table…*/ SET /*sets…*/ WHERE /*where…*/;

-- name: erase_set
/*column…*/ = :value

-- name: erase_count
SELECT COUNT(*) AS n FROM /*table…*/ WHERE /*where…*/;

-- name: erase_rows
SELECT * FROM /*table…*/ WHERE /*where…*/;

-- name: erase_last
SELECT MAX(id) AS last FROM /*table…*/;

-- name: erase_mentions
REPLACE(/*column…*/, :needle, '') <> /*column…*/

-- name: erase_mentioning
SELECT * FROM /*table…*/ WHERE (/*where…*/);

-- name: erase_mentioning_page
SELECT * FROM /*table…*/ WHERE id > :after AND id <= :last AND (/*where…*/);

-- name: erase_page
SELECT * FROM /*table…*/ ORDER BY /*keys…*/ LIMIT :n OFFSET :skip;

-- name: erase_span
SELECT * FROM /*table…*/ WHERE id > :after AND id <= :last;

-- name: erase_is
/*column…*/ = :value
