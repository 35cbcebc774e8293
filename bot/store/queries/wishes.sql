-- What staff want to stand on the platform about a friend.

-- name: wish_put
INSERT INTO friend_wish (member, account, field, base, ours, actor, at)
VALUES (:member, :account, :field, :base, :ours, :actor, :now)
ON CONFLICT (member, account, field) DO UPDATE SET
    base = :base, ours = :ours, theirs = NULL, actor = :actor, at = :now, note = '';

-- name: wish_open
SELECT * FROM friend_wish WHERE theirs IS NULL AND note = '' ORDER BY at, member, account LIMIT :n;

-- name: wish_get
SELECT * FROM friend_wish WHERE member = :member AND account = :account AND field = :field;

-- name: wish_drop
-- Only as it was when it was read: a newer wish stays.
DELETE FROM friend_wish
WHERE member = :member AND account = :account AND field = :field AND ours = :ours AND at = :at;

-- name: wish_theirs
UPDATE friend_wish SET theirs = :theirs
WHERE member = :member AND account = :account AND field = :field AND ours = :ours AND at = :at;

-- name: wish_failed
UPDATE friend_wish SET note = :note
WHERE member = :member AND account = :account AND field = :field AND ours = :ours AND at = :at;

-- name: wish_again
UPDATE friend_wish SET base = COALESCE(theirs, base), theirs = NULL, note = '', actor = :actor,
                       at = :now
WHERE member = :member AND account = :account AND field = :field
  AND (theirs IS NOT NULL OR note <> '');

-- name: wish_of
SELECT * FROM friend_wish WHERE member IN (:members…) ORDER BY member, account, field;
