-- What the platform calls accounts of the brand.

-- name: account_names
SELECT channel, account, name FROM account_name ORDER BY channel, account;

-- name: account_name_put
INSERT INTO account_name (channel, account, name, at) VALUES (:channel, :account, :name, :now)
ON CONFLICT (channel, account) DO UPDATE SET name = :name, at = :now;
