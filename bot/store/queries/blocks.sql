-- People who are kept out of a conversation.

-- name: block_add
INSERT INTO block (conversation, member, staff, reason, promo, at)
VALUES (:conversation, :member, :staff, :reason, :promo, :now);

-- name: block_lift
UPDATE block SET lifted_by = :staff, lifted_why = :reason, lifted_at = :now
WHERE conversation = :conversation AND lifted_at IS NULL;

-- name: block_open
SELECT * FROM block WHERE conversation = :conversation AND lifted_at IS NULL
ORDER BY id DESC LIMIT 1;
