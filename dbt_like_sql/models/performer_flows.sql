WITH flows AS (
    SELECT
        l.report_year,
        l.user_bin,
        f.user_name,
        l.filing_id,
        coalesce(l.performer_bin, l.performer_name, '-') AS performer_id,
        min(l.source_row) AS first_row,
        count(*) AS lines,
        sum(CASE WHEN l.amount_tiyn IS NULL THEN 1 ELSE 0 END) AS unreadable_lines,
        coalesce(sum(l.amount_tiyn), 0) AS declared_tiyn,
        coalesce(sum(CASE WHEN l.bucket = 'recognised' THEN l.amount_tiyn END), 0) AS recognised_tiyn,
        coalesce(sum(CASE WHEN l.is_clean THEN l.amount_tiyn END), 0) AS clean_tiyn,
        coalesce(sum(CASE WHEN l.bucket = 'cure' THEN l.amount_tiyn END), 0) AS cure_tiyn,
        coalesce(sum(CASE WHEN l.bucket = 'disallowed' THEN l.amount_tiyn END), 0) AS disallowed_tiyn,
        coalesce(sum(CASE WHEN l.bucket = 'set_aside' THEN l.amount_tiyn END), 0) AS set_aside_tiyn
    FROM financing_lines AS l
    INNER JOIN filings AS f ON f.filing_id = l.filing_id AND f.report_year = l.report_year AND f.status = 'accepted'
    WHERE l.report_year = :report_year
    GROUP BY
        l.report_year, l.user_bin, f.user_name, l.filing_id, coalesce(l.performer_bin, l.performer_name, '-')
),

-- What the performer is called where it stands first; rows of one number in several sheets stand in their order.
named AS (
    SELECT
        w.filing_id,
        w.performer_id,
        l.performer_bin,
        l.performer_name,
        l.performer_country,
        row_number() OVER (
            PARTITION BY w.filing_id, w.performer_id ORDER BY l.line_no NULLS LAST, l.sheet NULLS LAST
        ) AS place
    FROM flows AS w
    INNER JOIN financing_lines AS l
        ON l.filing_id = w.filing_id
        AND l.source_row = w.first_row
        AND coalesce(l.performer_bin, l.performer_name, '-') = w.performer_id
),

related AS (
    SELECT DISTINCT a.user_bin, a.affiliate_bin
    FROM affiliates AS a
)

SELECT
    w.report_year,
    w.user_bin,
    w.user_name,
    w.performer_id,
    l.performer_name,
    l.performer_country,
    r.affiliate_bin IS NOT NULL AS is_affiliate,
    count(*) OVER (PARTITION BY w.performer_id) AS performer_users,
    w.lines,
    w.unreadable_lines,
    w.declared_tiyn,
    w.recognised_tiyn,
    w.clean_tiyn,
    w.cure_tiyn,
    w.disallowed_tiyn,
    w.set_aside_tiyn
FROM flows AS w
INNER JOIN named AS l ON l.filing_id = w.filing_id AND l.performer_id = w.performer_id AND l.place = 1
LEFT JOIN related AS r ON r.user_bin = w.user_bin AND r.affiliate_bin = l.performer_bin
