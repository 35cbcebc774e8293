-- Segments that nobody is to choose any more, and how many each held on each day.

-- archived_at: since when it is out of sight; whatever names it still finds it.
ALTER TABLE segment ADD COLUMN archived_at BIGINT;

-- day: of the company's zone. members: the last count of that day.
CREATE TABLE segment_day (
    segment TEXT NOT NULL,
    day TEXT NOT NULL,
    members BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (segment, day)
);
