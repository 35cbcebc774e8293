-- What a member asked for about promotion, and what was dropped because of it.

ALTER TABLE member ADD COLUMN promo_less INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pooled ADD COLUMN dropped_at BIGINT;
ALTER TABLE pooled ADD COLUMN note TEXT NOT NULL DEFAULT '';

CREATE INDEX pooled_member ON pooled (member) WHERE outbox IS NULL;
-- promotion that has not left: of one member, and tasks for many
CREATE INDEX outbox_promo ON outbox (member)
    WHERE kind IN ('promo', 'activity') AND state IN ('draft', 'ready', 'waiting');
