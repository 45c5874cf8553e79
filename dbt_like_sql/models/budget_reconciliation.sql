WITH payments AS (
    SELECT
        b.unit_no,
        coalesce(b.for_year, b.report_year) AS report_year,
        b.amount_tiyn AS declared_tiyn,
        NULL AS received_tiyn,
        b.payment_date AS paid_on
    FROM budget_lines AS b
    INNER JOIN filings AS f ON f.filing_id = b.filing_id AND f.report_year = b.report_year AND f.status = 'accepted'
    WHERE NOT b.is_set_aside AND b.unit_no IS NOT NULL
    UNION ALL
    SELECT
        t.counted_unit_no AS unit_no,
        t.counted_year AS report_year,
        NULL AS declared_tiyn,
        t.amount_tiyn AS received_tiyn,
        t.received_on AS paid_on
    FROM treasury_receipts AS t
    WHERE t.counted_unit_no IS NOT NULL AND t.counted_year IS NOT NULL
),

sums AS (
    SELECT
        p.unit_no,
        p.report_year,
        sum(p.declared_tiyn) AS declared_tiyn,
        sum(p.received_tiyn) AS received_tiyn,
        coalesce(sum(p.declared_tiyn), 0) - coalesce(sum(p.received_tiyn), 0) AS difference_tiyn,
        min(p.paid_on) AS first_paid_on
    FROM payments AS p
    GROUP BY p.unit_no, p.report_year
),

mirrored AS (
    SELECT DISTINCT s.unit_no, s.report_year
    FROM sums AS s
    INNER JOIN sums AS o
        ON o.unit_no = s.unit_no AND o.report_year <> s.report_year AND o.difference_tiyn + s.difference_tiyn = 0
)

SELECT
    s.report_year,
    s.unit_no,
    c.user_bin,
    s.declared_tiyn,
    s.received_tiyn,
    s.difference_tiyn,
    CASE WHEN s.difference_tiyn <> 0 THEN s.first_paid_on END AS open_since,
    CASE
        WHEN s.difference_tiyn = 0 THEN 'MATCHED'
        WHEN m.unit_no IS NOT NULL THEN 'OTHER_YEAR'
        WHEN s.received_tiyn IS NULL THEN 'NOT_RECEIVED'
        WHEN s.declared_tiyn IS NULL THEN 'NOT_DECLARED'
        ELSE 'AMOUNT_DIFFERS'
    END AS explanation
FROM sums AS s
LEFT JOIN mirrored AS m ON m.unit_no = s.unit_no AND m.report_year = s.report_year
LEFT JOIN compliance_by_unit AS c ON c.unit_no = s.unit_no AND c.report_year = s.report_year
WHERE s.report_year = :report_year
