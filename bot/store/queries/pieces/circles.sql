-- Conditions of an audience that look at circles; what a probe and a set are: audience.sql

-- name: audience_circle_set
SELECT member AS id FROM stay WHERE kind = 'circle' AND place IN (:values…) AND until IS NULL;

-- name: audience_circle_probe
EXISTS (SELECT 1 FROM stay AS x WHERE x.member = who.id AND x.kind = 'circle'
          AND x.place IN (:values…) AND x.until IS NULL);

-- name: audience_role_set
SELECT member AS id FROM holding WHERE role IN (:values…) AND until IS NULL;

-- name: audience_role_probe
EXISTS (SELECT 1 FROM holding AS x
        WHERE x.member = who.id AND x.role IN (:values…) AND x.until IS NULL);
