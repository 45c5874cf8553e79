WITH lines AS (
    SELECT
        l.report_year,
        l.filing_id,
        l.user_bin,
        l.bucket,
        coalesce(l.amount_tiyn, 0) AS amount_tiyn,
        c.unit_no AS judged_unit_no
    FROM financing_lines AS l
    INNER JOIN filings AS f ON f.filing_id = l.filing_id AND f.report_year = l.report_year AND f.status = 'accepted'
    LEFT JOIN compliance_by_unit AS c
        ON c.report_year = l.report_year AND c.unit_no = l.unit_no AND c.user_bin = l.user_bin
    WHERE l.report_year = :report_year
),

totals AS (
    SELECT
        l.report_year,
        l.filing_id,
        l.user_bin,
        sum(l.amount_tiyn) AS declared_tiyn,
        sum(
            CASE WHEN l.bucket IN ('recognised', 'cure', 'disallowed', 'set_aside') THEN l.amount_tiyn ELSE 0 END
        ) AS in_buckets_tiyn,
        sum(CASE WHEN l.judged_unit_no IS NULL THEN l.amount_tiyn ELSE 0 END) AS outside_tiyn
    FROM lines AS l
    GROUP BY l.report_year, l.filing_id, l.user_bin
),

verdicts AS (
    SELECT c.user_bin, sum(c.declared_tiyn) AS declared_tiyn
    FROM compliance_by_unit AS c
    WHERE c.report_year = :report_year
    GROUP BY c.user_bin
)

SELECT
    t.report_year,
    t.filing_id,
    t.user_bin,
    t.declared_tiyn,
    t.in_buckets_tiyn,
    t.outside_tiyn,
    coalesce(v.declared_tiyn, 0) AS in_verdicts_tiyn
FROM totals AS t
LEFT JOIN verdicts AS v ON v.user_bin = t.user_bin
WHERE
    t.declared_tiyn <> t.in_buckets_tiyn
    OR t.declared_tiyn <> coalesce(v.declared_tiyn, 0) + t.outside_tiyn
