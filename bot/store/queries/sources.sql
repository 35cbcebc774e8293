-- name: source_want
INSERT INTO source (id, token, token_at, wanted) VALUES (:id, :token, :now, 1)
ON CONFLICT (id) DO UPDATE SET wanted = source.wanted + 1,
    token = CASE WHEN :token = '' THEN source.token ELSE :token END,
    token_at = CASE WHEN :token = '' THEN source.token_at ELSE :now END;

-- name: news_add
INSERT INTO news (source, token, at) VALUES (:source, :token, :now);

-- name: news_any
SELECT id FROM news LIMIT 1;

-- name: news_take
-- Only what is committed already: a note that is being written waits for the next look.
DELETE FROM news WHERE id IN (SELECT id FROM news ORDER BY id LIMIT :n /*skip locked*/)
RETURNING id, source, token, at;

-- name: source_due
-- No LIKE: SQLite prepares one with a parameter anew each time.
SELECT * FROM source WHERE substr(id, 1, length(:prefix)) = :prefix
  AND (wanted > served OR read_at <= :read_before)
ORDER BY id;

-- name: source_next
SELECT MIN(read_at) AS at FROM source WHERE substr(id, 1, length(:prefix)) = :prefix;

-- name: source_advance
-- Fenced by the cursor: of two pullers of one source only one can store a page.
UPDATE source SET cursor = :cursor WHERE id = :id AND cursor = :before;

-- name: source_served
UPDATE source SET served = :served, read_at = :now, note = '' WHERE id = :id AND served <= :served;

-- name: source_token
UPDATE source SET token = '' WHERE id = :id AND token = :token;

-- name: source_note
UPDATE source SET note = :note WHERE id = :id;

-- name: link_put
INSERT INTO link (account, url, made_at) VALUES (:account, :url, :now)
ON CONFLICT (account) DO UPDATE SET url = :url, made_at = :now;

-- name: links_all
SELECT * FROM link ORDER BY account;
