-- What activities give. Nothing here is derived: who got one of the last is decided once.

-- How much of a reward is out, over all runs. more, more_cents: what staff added to the limits of the file.
CREATE TABLE reward (
    activity TEXT NOT NULL,
    reward TEXT NOT NULL,
    taken INTEGER NOT NULL,
    spent BIGINT NOT NULL,
    more INTEGER NOT NULL,
    more_cents BIGINT NOT NULL,
    PRIMARY KEY (activity, reward)
) $CLUSTERED;

-- One reward for one person, or that he got none. own: the id under which he earned it, member: whom
-- that is. source: entry, streak, winner, inviter, invited; cause: the event that earned it, basis: the
-- event that this one rests on, bought: the order that it wants. counted: it holds one of the stock.
-- event: what the log says of it.
-- why: what speaks against it, or became of it; loss: cents of what was out when it was taken back.
CREATE TABLE reward_grant (
    id TEXT PRIMARY KEY,
    activity TEXT NOT NULL,
    run TEXT NOT NULL,
    circle TEXT NOT NULL,
    reward TEXT NOT NULL,
    own TEXT NOT NULL,
    member TEXT NOT NULL,
    source TEXT NOT NULL,
    cause TEXT NOT NULL,
    basis TEXT NOT NULL,
    bought TEXT NOT NULL,
    title TEXT NOT NULL,
    how TEXT NOT NULL,
    points INTEGER NOT NULL,
    cents BIGINT NOT NULL,
    state TEXT NOT NULL,
    why TEXT NOT NULL,
    note TEXT NOT NULL,
    event TEXT NOT NULL,
    at BIGINT NOT NULL,
    counted INTEGER NOT NULL,
    settle_for BIGINT,
    device TEXT NOT NULL,
    fresh INTEGER NOT NULL,
    receiver TEXT NOT NULL,
    paid_no TEXT NOT NULL,
    tries INTEGER NOT NULL,
    retry_at BIGINT,
    sent_at BIGINT,
    ended_at BIGINT,
    loss BIGINT
);
CREATE INDEX reward_grant_of ON reward_grant (activity, reward, state);
CREATE INDEX reward_grant_member ON reward_grant (member, at);
CREATE INDEX reward_grant_own ON reward_grant (own);
CREATE INDEX reward_grant_cause ON reward_grant (cause);
CREATE INDEX reward_grant_basis ON reward_grant (basis);
CREATE INDEX reward_grant_run ON reward_grant (run, device);
CREATE INDEX reward_grant_state ON reward_grant (state, at);
CREATE INDEX reward_grant_due ON reward_grant (retry_at) WHERE retry_at IS NOT NULL;

-- One code of a shop. pool: what [[rewards]] call the file; holder: the grant that has it, or empty.
CREATE TABLE coupon (
    id $ID,
    pool TEXT NOT NULL,
    code TEXT NOT NULL,
    holder TEXT NOT NULL,
    added_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX coupon_code ON coupon (code);
CREATE INDEX coupon_free ON coupon (pool, id) WHERE holder = '';
CREATE INDEX coupon_holder ON coupon (holder) WHERE holder <> '';
