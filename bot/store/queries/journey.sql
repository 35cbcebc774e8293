-- name: journey_put
INSERT INTO journey (member, category, no, stage, was, at, event, latest)
VALUES (:member, :category, :no, :stage, :was, :at, :event, :latest);
