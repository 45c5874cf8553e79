-- Few units are in doubt: their marks are made once, not for each line.
WITH doubtful AS (
    SELECT
        c.unit_no,
        c.user_bin,
        CASE WHEN replace(c.doubt, :doubt_1, '') <> c.doubt THEN 1 ELSE 0 END AS doubt_1,
        CASE WHEN replace(c.doubt, :doubt_2, '') <> c.doubt THEN 1 ELSE 0 END AS doubt_2,
        CASE WHEN replace(c.doubt, :doubt_3, '') <> c.doubt THEN 1 ELSE 0 END AS doubt_3,
        CASE WHEN replace(c.doubt, :doubt_4, '') <> c.doubt THEN 1 ELSE 0 END AS doubt_4,
        CASE WHEN replace(c.doubt, :doubt_5, '') <> c.doubt THEN 1 ELSE 0 END AS doubt_5,
        CASE WHEN replace(c.doubt, :doubt_6, '') <> c.doubt THEN 1 ELSE 0 END AS doubt_6
    FROM compliance_by_unit AS c
    WHERE c.report_year = :report_year AND c.doubt <> ''
)

SELECT
    l.report_year,
    coalesce(l.direction, '-') AS direction,
    count(DISTINCT l.user_bin) AS users,
    count(*) AS lines,
    sum(CASE WHEN l.amount_tiyn IS NULL THEN 1 ELSE 0 END) AS unreadable_lines,
    coalesce(sum(l.amount_tiyn), 0) AS declared_tiyn,
    coalesce(sum(CASE WHEN l.bucket = 'recognised' THEN l.amount_tiyn END), 0) AS recognised_tiyn,
    coalesce(sum(CASE WHEN l.is_clean THEN l.amount_tiyn END), 0) AS clean_tiyn,
    coalesce(sum(CASE WHEN l.bucket = 'cure' THEN l.amount_tiyn END), 0) AS cure_tiyn,
    coalesce(sum(CASE WHEN l.bucket = 'disallowed' THEN l.amount_tiyn END), 0) AS disallowed_tiyn,
    coalesce(sum(CASE WHEN l.bucket = 'set_aside' THEN l.amount_tiyn END), 0) AS set_aside_tiyn,
    count(DISTINCT c.unit_no) AS doubtful_units,
    coalesce(sum(c.doubt_1), 0) AS doubt_1_units,
    coalesce(sum(c.doubt_2), 0) AS doubt_2_units,
    coalesce(sum(c.doubt_3), 0) AS doubt_3_units,
    coalesce(sum(c.doubt_4), 0) AS doubt_4_units,
    coalesce(sum(c.doubt_5), 0) AS doubt_5_units,
    coalesce(sum(c.doubt_6), 0) AS doubt_6_units
FROM financing_lines AS l
INNER JOIN filings AS f ON f.filing_id = l.filing_id AND f.report_year = l.report_year AND f.status = 'accepted'
LEFT JOIN doubtful AS c ON c.unit_no = l.unit_no AND c.user_bin = l.user_bin
WHERE l.report_year = :report_year
GROUP BY l.report_year, coalesce(l.direction, '-')
