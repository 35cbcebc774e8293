-- Weather that the brand tells of: on this local day, in this city. What begins by it stands in due
-- (kind weather). begun: how often a member's flow began by it.
CREATE TABLE weather (
    id $ID,
    city TEXT NOT NULL,
    kind TEXT NOT NULL,
    day TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    begun INTEGER NOT NULL DEFAULT 0,
    UNIQUE (city, kind, day)
);
CREATE INDEX weather_day ON weather (day);
