-- name: fact_put
INSERT INTO fact (no, name, source, value, at, confidence, origin, persona, purpose, held, won, mark,
                  day)
VALUES /*rows*/ (:no, :name, :source, :value, :at, :confidence, :origin, :persona, :purpose,
                 :held, :won, :mark, :day);

-- name: fact_drop
DELETE FROM fact WHERE no IN (:numbers…);

-- name: fact_clear
DELETE FROM fact;

-- name: consent_put
INSERT INTO member_consent (no, purpose, given, at, origin)
VALUES (:no, :purpose, :given, :at, :origin);

-- name: consent_drop
DELETE FROM member_consent WHERE no IN (:numbers…);

-- name: consent_clear
DELETE FROM member_consent;

-- name: need_put
INSERT INTO need (no, kind, word, at, inbox, noted_by, persona, event)
VALUES (:no, :kind, :word, :at, :inbox, :by, :persona, :event);

-- name: need_drop
DELETE FROM need WHERE no IN (:numbers…);

-- name: need_clear
DELETE FROM need;

-- name: feedback_put
INSERT INTO feedback (event, no, product, theme, mood, quote, at, inbox, noted_by, persona)
VALUES (:event, :no, :product, :theme, :mood, :quote, :at, :inbox, :by, :persona);

-- name: feedback_drop
DELETE FROM feedback WHERE no IN (:numbers…);

-- name: feedback_clear
DELETE FROM feedback;

-- name: events_counted
-- How many events each of them has; of any kind, for that is read off the index alone.
SELECT member, COUNT(*) AS n FROM event WHERE member IN (:members…) GROUP BY member;

-- name: member_home
-- Of these members, who was noted as living elsewhere.
UPDATE member SET zone = :zone WHERE id IN (:ids…) AND zone <> '' AND zone <> :zone
RETURNING id, zone;
