WITH submissions AS (
    SELECT
        f.report_year,
        f.user_bin,
        f.submission_no,
        f.submitted_on,
        f.filing_id,
        lag(f.filing_id) OVER (
            PARTITION BY f.report_year, f.user_bin ORDER BY f.submission_no ASC NULLS FIRST
        ) AS previous_id,
        lag(f.submission_no) OVER (
            PARTITION BY f.report_year, f.user_bin ORDER BY f.submission_no ASC NULLS FIRST
        ) AS previous_submission_no
    FROM filings AS f
    WHERE f.report_year = :report_year AND f.status IN ('accepted', 'superseded')
),

sides AS (
    SELECT
        n.report_year, n.user_bin, n.submission_no, n.previous_submission_no, n.submitted_on,
        n.previous_id AS filing_id, 0 AS is_after
    FROM submissions AS n
    WHERE n.previous_id IS NOT NULL
    UNION ALL
    SELECT
        n.report_year, n.user_bin, n.submission_no, n.previous_submission_no, n.submitted_on,
        n.filing_id, 1 AS is_after
    FROM submissions AS n
    WHERE n.previous_id IS NOT NULL
),

amounts AS (
    SELECT
        s.report_year, s.user_bin, s.submission_no, s.previous_submission_no, s.submitted_on, s.is_after,
        coalesce(u.unit_no, '-') AS unit_no, 'base' AS item, '-' AS agreement_no,
        '-' AS payment_doc_no, u.base_tiyn AS amount_tiyn
    FROM sides AS s
    INNER JOIN unit_lines AS u ON u.filing_id = s.filing_id
    UNION ALL
    SELECT
        s.report_year, s.user_bin, s.submission_no, s.previous_submission_no, s.submitted_on, s.is_after,
        coalesce(u.unit_no, '-') AS unit_no, 'declared_due' AS item, '-' AS agreement_no,
        '-' AS payment_doc_no, u.declared_due_tiyn AS amount_tiyn
    FROM sides AS s
    INNER JOIN unit_lines AS u ON u.filing_id = s.filing_id
    UNION ALL
    SELECT
        s.report_year, s.user_bin, s.submission_no, s.previous_submission_no, s.submitted_on, s.is_after,
        coalesce(u.unit_no, '-') AS unit_no, 'declared_credit' AS item, '-' AS agreement_no,
        '-' AS payment_doc_no, u.declared_credit_tiyn AS amount_tiyn
    FROM sides AS s
    INNER JOIN unit_lines AS u ON u.filing_id = s.filing_id
    UNION ALL
    SELECT
        s.report_year, s.user_bin, s.submission_no, s.previous_submission_no, s.submitted_on, s.is_after,
        coalesce(l.unit_no, '-') AS unit_no, 'financing' AS item, coalesce(l.agreement_no, '-') AS agreement_no,
        coalesce(l.payment_doc_no, '-') AS payment_doc_no, l.amount_tiyn
    FROM sides AS s
    INNER JOIN financing_lines AS l ON l.filing_id = s.filing_id
    UNION ALL
    SELECT
        s.report_year, s.user_bin, s.submission_no, s.previous_submission_no, s.submitted_on, s.is_after,
        coalesce(b.unit_no, '-') AS unit_no, 'budget' AS item, '-' AS agreement_no,
        coalesce(b.payment_doc_no, '-') AS payment_doc_no, b.amount_tiyn
    FROM sides AS s
    INNER JOIN budget_lines AS b ON b.filing_id = s.filing_id
),

compared AS (
    SELECT
        a.report_year, a.user_bin, a.submission_no, a.unit_no, a.item, a.agreement_no, a.payment_doc_no,
        a.previous_submission_no, a.submitted_on,
        sum(CASE WHEN a.is_after = 0 THEN 1 ELSE 0 END) AS before_lines,
        sum(CASE WHEN a.is_after = 1 THEN 1 ELSE 0 END) AS after_lines,
        sum(CASE WHEN a.is_after = 0 THEN a.amount_tiyn END) AS before_tiyn,
        sum(CASE WHEN a.is_after = 1 THEN a.amount_tiyn END) AS after_tiyn,
        count(CASE WHEN a.is_after = 0 THEN a.amount_tiyn END) AS before_known,
        count(CASE WHEN a.is_after = 1 THEN a.amount_tiyn END) AS after_known
    FROM amounts AS a
    GROUP BY
        a.report_year, a.user_bin, a.submission_no, a.unit_no, a.item, a.agreement_no, a.payment_doc_no,
        a.previous_submission_no, a.submitted_on
)

SELECT
    d.report_year,
    d.user_bin,
    d.submission_no,
    d.unit_no,
    d.item,
    d.agreement_no,
    d.payment_doc_no,
    d.previous_submission_no,
    d.submitted_on,
    d.before_lines,
    d.after_lines,
    d.before_tiyn,
    d.after_tiyn,
    coalesce(d.after_tiyn, 0) - coalesce(d.before_tiyn, 0) AS difference_tiyn
FROM compared AS d
WHERE coalesce(d.after_tiyn, 0) <> coalesce(d.before_tiyn, 0) OR d.before_known <> d.after_known
