-- Who may sign in to the console, who has, and the trail of what people did.

CREATE TABLE staff (
    id $ID,
    login TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    -- an argon2 hash; empty: signs in with WeCom only
    password TEXT NOT NULL DEFAULT '',
    -- 1: the password was made for him, he chooses his own before anything else
    must_change INTEGER NOT NULL DEFAULT 0,
    -- who he is in WeCom
    userid TEXT UNIQUE,
    lang TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

CREATE TABLE staff_session (
    id $ID,
    -- SHA-256 of the cookie: whoever reads this table can sign in nowhere
    digest TEXT NOT NULL UNIQUE,
    staff BIGINT NOT NULL,
    -- password or wecom
    way TEXT NOT NULL,
    address TEXT NOT NULL DEFAULT '',
    agent TEXT NOT NULL DEFAULT '',
    began_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX staff_session_of ON staff_session (staff, seen_at);
CREATE INDEX staff_session_ends ON staff_session (ends_at);

-- SHA-256 of each set-up code that was printed while there was no account.
CREATE TABLE setup_code (
    digest TEXT PRIMARY KEY,
    made_at BIGINT NOT NULL
);

-- What people did, without the far more frequent steps of the product itself. The list of names
-- stands in bot/store/trail.py too, and in each query that is to use these indexes.
CREATE INDEX audit_people ON audit (at, id)
    WHERE actor NOT IN ('bot', 'model', 'converse', 'deliver', 'recover', 'restore', 'scheduler',
                        'platform', 'member', 'desk', 'library', 'retention', 'disk', 'system');
CREATE INDEX audit_person ON audit (actor, at, id)
    WHERE actor NOT IN ('bot', 'model', 'converse', 'deliver', 'recover', 'restore', 'scheduler',
                        'platform', 'member', 'desk', 'library', 'retention', 'disk', 'system');
