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

amounts AS (
    SELECT
        u.filing_id, u.unit_no, 'base' AS item, '-' AS agreement_no, '-' AS payment_doc_no, u.base_tiyn AS amount_tiyn
    FROM unit_lines AS u
    WHERE u.report_year = :report_year
    UNION ALL
    SELECT
        u.filing_id, u.unit_no, 'declared_due' AS item, '-' AS agreement_no, '-' AS payment_doc_no,
        u.declared_due_tiyn AS amount_tiyn
    FROM unit_lines AS u
    WHERE u.report_year = :report_year
    UNION ALL
    SELECT
        u.filing_id, u.unit_no, 'declared_credit' AS item, '-' AS agreement_no, '-' AS payment_doc_no,
        u.declared_credit_tiyn AS amount_tiyn
    FROM unit_lines AS u
    WHERE u.report_year = :report_year
    UNION ALL
    SELECT
        l.filing_id, l.unit_no, 'financing' AS item, coalesce(l.agreement_no, '-') AS agreement_no,
        coalesce(l.payment_doc_no, '-') AS payment_doc_no, l.amount_tiyn
    FROM financing_lines AS l
    WHERE l.report_year = :report_year
    UNION ALL
    SELECT
        b.filing_id, b.unit_no, 'budget' AS item, '-' AS agreement_no,
        coalesce(b.payment_doc_no, '-') AS payment_doc_no, b.amount_tiyn
    FROM budget_lines AS b
    WHERE b.report_year = :report_year
),

sides AS (
    SELECT
        s.report_year, s.user_bin, s.submission_no, s.previous_submission_no, s.submitted_on,
        coalesce(a.unit_no, '-') AS unit_no, a.item, a.agreement_no, a.payment_doc_no,
        1 AS before_lines, 0 AS after_lines, a.amount_tiyn AS before_tiyn, NULL AS after_tiyn
    FROM submissions AS s
    INNER JOIN amounts AS a ON a.filing_id = s.previous_id
    UNION ALL
    SELECT
        s.report_year, s.user_bin, s.submission_no, s.previous_submission_no, s.submitted_on,
        coalesce(a.unit_no, '-') AS unit_no, a.item, a.agreement_no, a.payment_doc_no,
        0 AS before_lines, 1 AS after_lines, NULL AS before_tiyn, a.amount_tiyn AS after_tiyn
    FROM submissions AS s
    INNER JOIN amounts AS a ON a.filing_id = s.filing_id
    WHERE s.previous_id IS NOT NULL
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
    sum(d.before_lines) AS before_lines,
    sum(d.after_lines) AS after_lines,
    sum(d.before_tiyn) AS before_tiyn,
    sum(d.after_tiyn) AS after_tiyn,
    coalesce(sum(d.after_tiyn), 0) - coalesce(sum(d.before_tiyn), 0) AS difference_tiyn
FROM sides AS d
GROUP BY
    d.report_year,
    d.user_bin,
    d.submission_no,
    d.unit_no,
    d.item,
    d.agreement_no,
    d.payment_doc_no,
    d.previous_submission_no,
    d.submitted_on
HAVING
    coalesce(sum(d.after_tiyn), 0) <> coalesce(sum(d.before_tiyn), 0)
    OR count(d.after_tiyn) <> count(d.before_tiyn)
