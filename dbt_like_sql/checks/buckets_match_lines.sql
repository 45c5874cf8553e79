WITH lines AS (
    SELECT
        l.user_bin,
        l.unit_no,
        sum(l.amount_tiyn) AS declared_tiyn,
        sum(CASE WHEN l.bucket = 'recognised' THEN l.amount_tiyn END) AS recognised_tiyn,
        sum(CASE WHEN l.is_clean THEN l.amount_tiyn END) AS clean_tiyn,
        sum(CASE WHEN l.bucket = 'cure' THEN l.amount_tiyn END) AS cure_tiyn,
        sum(CASE WHEN l.bucket = 'disallowed' THEN l.amount_tiyn END) AS disallowed_tiyn,
        sum(CASE WHEN l.bucket = 'set_aside' THEN l.amount_tiyn END) AS set_aside_tiyn
    FROM financing_lines AS l
    INNER JOIN filings AS f ON f.filing_id = l.filing_id AND f.report_year = l.report_year AND f.status = 'accepted'
    WHERE l.report_year = :report_year
    GROUP BY l.user_bin, l.unit_no
)

SELECT
    c.report_year,
    c.unit_no,
    c.user_bin,
    c.declared_tiyn,
    coalesce(l.declared_tiyn, 0) AS lines_declared_tiyn,
    c.recognised_tiyn,
    coalesce(l.recognised_tiyn, 0) AS lines_recognised_tiyn,
    c.clean_tiyn,
    coalesce(l.clean_tiyn, 0) AS lines_clean_tiyn,
    c.cure_tiyn,
    coalesce(l.cure_tiyn, 0) AS lines_cure_tiyn,
    c.disallowed_tiyn,
    coalesce(l.disallowed_tiyn, 0) AS lines_disallowed_tiyn,
    c.set_aside_tiyn,
    coalesce(l.set_aside_tiyn, 0) AS lines_set_aside_tiyn
FROM compliance_by_unit AS c
LEFT JOIN lines AS l ON l.user_bin = c.user_bin AND l.unit_no = c.unit_no
WHERE
    c.report_year = :report_year
    AND (
        c.declared_tiyn <> coalesce(l.declared_tiyn, 0)
        OR c.recognised_tiyn <> coalesce(l.recognised_tiyn, 0)
        OR c.clean_tiyn <> coalesce(l.clean_tiyn, 0)
        OR c.cure_tiyn <> coalesce(l.cure_tiyn, 0)
        OR c.disallowed_tiyn <> coalesce(l.disallowed_tiyn, 0)
        OR c.set_aside_tiyn <> coalesce(l.set_aside_tiyn, 0)
    )
