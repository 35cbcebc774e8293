-- What is the matter with accounts.

-- name: trouble_of
SELECT code, detail FROM account_trouble WHERE channel = :channel AND account = :account;

-- name: trouble_put
INSERT INTO account_trouble (channel, account, code, detail, since)
VALUES (:channel, :account, :code, :detail, :now)
ON CONFLICT (channel, account) DO UPDATE SET
    detail = :detail, code = :code,
    since = CASE WHEN account_trouble.code = :code THEN account_trouble.since ELSE :now END;

-- name: troubles
SELECT channel, account, code, detail, since FROM account_trouble
WHERE code <> '' ORDER BY channel, account;
