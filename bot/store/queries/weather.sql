-- Weather that the brand tells of.

-- name: weather_add
INSERT INTO weather (city, kind, day, made_by, made_at)
VALUES (:city, :kind, :day, :actor, :now)
ON CONFLICT (city, kind, day) DO NOTHING;

-- name: weather_list
-- The latest day first, with how many flows began by it.
SELECT city, kind, day, made_by, made_at, begun FROM weather ORDER BY day DESC, id DESC LIMIT :n;

-- name: weather_begun
UPDATE weather SET begun = begun + :n WHERE city = :city AND kind = :kind AND day = :day;

-- name: weather_ahead
SELECT kind, day FROM weather WHERE city = :city AND day >= :day ORDER BY day, kind;
