-- The index of words. What is written about kinds and blocks: store/grams.py and store/index.py.

-- name: index_ensure
INSERT INTO indexed (kind, low, high) VALUES (:kind, -1, -1) ON CONFLICT (kind) DO NOTHING;

-- name: index_hold
-- Whoever fills a block and whoever takes words back do so one after the other.
SELECT low, high FROM indexed WHERE kind = :kind /*lock*/;

-- name: index_get
SELECT low, high FROM indexed WHERE kind = :kind;

-- name: index_move
UPDATE indexed SET low = :low, high = :high WHERE kind = :kind;

-- name: gram_put
INSERT INTO gram (kind, block, head, tails) VALUES /*rows*/ (:kind, :block, :head, :tails)
ON CONFLICT (kind, block, head) DO UPDATE SET tails = excluded.tails;

-- name: gram_get
SELECT block, head, tails FROM gram
WHERE kind = :kind AND block IN (:blocks…) AND head IN (:heads…);

-- name: gram_drop
DELETE FROM gram WHERE kind = :kind AND block = :block AND head IN (:heads…);

-- name: bounds_inbox
-- Two looks: for both ends in one SQLite would read the whole table.
SELECT (SELECT MIN(id) FROM inbox) AS first, (SELECT MAX(id) FROM inbox) AS last;

-- name: bounds_replies
SELECT (SELECT MIN(id) FROM replies) AS first, (SELECT MAX(id) FROM replies) AS last;

-- name: bounds_notes
SELECT (SELECT MIN(id) FROM desk_note) AS first, (SELECT MAX(id) FROM desk_note) AS last;

-- name: age_inbox
SELECT received_at AS at FROM inbox WHERE id >= :id ORDER BY id LIMIT 1;

-- name: age_replies
SELECT at FROM replies WHERE id >= :id ORDER BY id LIMIT 1;

-- name: age_notes
SELECT at FROM desk_note WHERE id >= :id ORDER BY id LIMIT 1;

-- name: words_inbox
SELECT id, text, heard FROM inbox
WHERE id >= :first AND id < :last AND (text <> '' OR heard <> '') AND kind <> 'event';

-- name: words_replies
-- Of what goes to many at once nobody looks for each receiver's copy.
SELECT id, text FROM replies WHERE id >= :first AND id < :last AND conversation <> '';

-- name: words_notes
SELECT id, text FROM desk_note WHERE id >= :first AND id < :last;

-- name: newest_inbox
SELECT id, received_at AS at, text, heard, conversation, channel, account, '' AS author, kind
FROM inbox
WHERE id < :before AND id >= :least ORDER BY id DESC LIMIT :n;

-- name: newest_replies
SELECT id, at, text, conversation, channel, account, operator AS author, kind FROM replies
WHERE id < :before AND id >= :least ORDER BY id DESC LIMIT :n;

-- name: newest_notes
SELECT n.id, n.at, n.text, n.conversation, c.channel, c.account, n.author, 'note' AS kind
FROM desk_note n LEFT JOIN conversation c ON c.id = n.conversation
WHERE n.id < :before AND n.id >= :least ORDER BY n.id DESC LIMIT :n;

-- name: found_inbox
SELECT id, received_at AS at, text, heard, conversation, channel, account, '' AS author, kind
FROM inbox
WHERE id IN (:ids…) ORDER BY id DESC;

-- name: found_replies
SELECT id, at, text, conversation, channel, account, operator AS author, kind FROM replies
WHERE id IN (:ids…) ORDER BY id DESC;

-- name: found_notes
SELECT n.id, n.at, n.text, n.conversation, c.channel, c.account, n.author, 'note' AS kind
FROM desk_note n LEFT JOIN conversation c ON c.id = n.conversation
WHERE n.id IN (:ids…) ORDER BY n.id DESC;

-- name: found_people
SELECT c.id, c.member, c.persona, m.name FROM conversation c LEFT JOIN member m ON m.id = c.member
WHERE c.id IN (:ids…);
