-- NOT MATERIALIZED: each sum below reads the few columns it needs, not a copy of all of them.
WITH paid AS NOT MATERIALIZED (
    SELECT
        l.user_bin, l.filing_id, l.source_row, l.unit_no, l.project_title, l.agreement_no, l.agreement_date,
        l.payment_date, l.act_no, l.act_date, l.performer_bin, l.performer_name, l.amount_tiyn,
        coalesce(l.performer_bin, l.performer_name, '-') AS performer_id
    FROM financing_lines AS l
    INNER JOIN filings AS f ON f.filing_id = l.filing_id AND f.report_year = l.report_year AND f.status = 'accepted'
    WHERE l.report_year = :report_year AND l.amount_tiyn > 0
),

-- The rows of a work, added up once; performers, titles, agreements and users add up works.
works AS (
    SELECT
        p.user_bin, p.filing_id, p.performer_id, p.agreement_no, p.project_title,
        max(p.performer_name) AS performer_name, max(p.performer_bin) AS performer_bin,
        min(p.unit_no) AS unit_no, max(p.unit_no) AS other_unit_no, min(p.agreement_date) AS first_day,
        count(*) AS lines, sum(p.amount_tiyn) AS amount_tiyn,
        sum(CASE WHEN p.act_no IS NOT NULL OR p.act_date IS NOT NULL THEN 1 ELSE 0 END) AS acts,
        min(p.source_row) AS first_row, max(p.source_row) AS last_row
    FROM paid AS p
    GROUP BY p.filing_id, p.performer_id, p.agreement_no, p.project_title, p.user_bin
),

totals AS (
    SELECT w.user_bin, w.filing_id, sum(w.lines) AS lines, sum(w.amount_tiyn) AS amount_tiyn
    FROM works AS w
    GROUP BY w.user_bin, w.filing_id
),

performers_paid AS (
    SELECT
        w.user_bin, w.filing_id, w.performer_id, count(*) OVER (PARTITION BY w.performer_id) AS users,
        max(w.performer_name) AS performer_name, max(w.performer_bin) AS performer_bin,
        min(w.unit_no) AS unit_no, max(w.other_unit_no) AS other_unit_no, min(w.first_day) AS first_day,
        sum(w.lines) AS lines, sum(w.amount_tiyn) AS amount_tiyn,
        min(w.first_row) AS first_row, max(w.last_row) AS last_row
    FROM works AS w
    GROUP BY w.user_bin, w.filing_id, w.performer_id
),

related AS (
    SELECT DISTINCT a.user_bin, a.affiliate_bin
    FROM affiliates AS a
),

titles AS (
    SELECT
        w.user_bin, w.filing_id, w.project_title, count(*) OVER (PARTITION BY w.project_title) AS users,
        sum(w.lines) AS lines, sum(w.amount_tiyn) AS amount_tiyn,
        min(w.first_row) AS first_row, max(w.last_row) AS last_row
    FROM works AS w
    WHERE w.project_title IS NOT NULL
    GROUP BY w.user_bin, w.filing_id, w.project_title
),

before AS (
    SELECT l.user_bin, l.agreement_no, sum(l.amount_tiyn) AS amount_tiyn
    FROM financing_lines AS l
    INNER JOIN filings AS f ON f.filing_id = l.filing_id AND f.report_year = l.report_year AND f.status = 'accepted'
    WHERE l.report_year = :year_before AND l.amount_tiyn > 0 AND l.agreement_no IS NOT NULL
    GROUP BY l.user_bin, l.agreement_no
),

agreements AS (
    SELECT
        w.user_bin, w.filing_id, w.agreement_no, max(w.performer_name) AS performer_name,
        min(w.unit_no) AS unit_no, max(w.other_unit_no) AS other_unit_no, min(w.first_day) AS first_day,
        sum(w.lines) AS lines, sum(w.amount_tiyn) AS amount_tiyn, sum(w.acts) AS acts,
        min(w.first_row) AS first_row, max(w.last_row) AS last_row
    FROM works AS w
    WHERE w.agreement_no IS NOT NULL
    GROUP BY w.user_bin, w.filing_id, w.agreement_no
),

bases AS (
    SELECT c.unit_no, c.user_bin, c.sector, c.filing_id, c.base_tiyn AS now_tiyn, b.base_tiyn AS before_tiyn
    FROM compliance_by_unit AS c
    INNER JOIN compliance_by_unit AS b ON b.unit_no = c.unit_no AND b.report_year = :year_before
    WHERE c.report_year = :report_year AND c.base_tiyn IS NOT NULL AND b.base_tiyn IS NOT NULL
),

sectors AS (
    SELECT s.sector, sum(s.now_tiyn) AS now_tiyn, sum(s.before_tiyn) AS before_tiyn
    FROM bases AS s
    GROUP BY s.sector
),

deadlines AS (
    SELECT c.user_bin, min(c.deadline) AS deadline
    FROM compliance_by_unit AS c
    WHERE c.report_year = :report_year
    GROUP BY c.user_bin
),

digit_counts AS (
    SELECT p.user_bin, substr(p.amount_tiyn || '', 1, 1) AS digit, count(*) AS lines
    FROM paid AS p
    WHERE p.filing_id IN (SELECT t.filing_id FROM totals AS t WHERE t.lines >= :benford_lines)
    GROUP BY p.user_bin, substr(p.amount_tiyn || '', 1, 1)
),

first_digits AS (
    SELECT
        d.user_bin,
        sum(CASE WHEN d.digit = '1' THEN d.lines ELSE 0 END) AS digit_1,
        sum(CASE WHEN d.digit = '2' THEN d.lines ELSE 0 END) AS digit_2,
        sum(CASE WHEN d.digit = '3' THEN d.lines ELSE 0 END) AS digit_3,
        sum(CASE WHEN d.digit = '4' THEN d.lines ELSE 0 END) AS digit_4,
        sum(CASE WHEN d.digit = '5' THEN d.lines ELSE 0 END) AS digit_5,
        sum(CASE WHEN d.digit = '6' THEN d.lines ELSE 0 END) AS digit_6,
        sum(CASE WHEN d.digit = '7' THEN d.lines ELSE 0 END) AS digit_7,
        sum(CASE WHEN d.digit = '8' THEN d.lines ELSE 0 END) AS digit_8,
        sum(CASE WHEN d.digit = '9' THEN d.lines ELSE 0 END) AS digit_9
    FROM digit_counts AS d
    GROUP BY d.user_bin
),

found AS (
    SELECT
        'PERFORMER_SHARE' AS signal, w.user_bin, w.performer_id AS subject, w.performer_name AS subject_name,
        CASE WHEN w.unit_no = w.other_unit_no THEN w.unit_no END AS unit_no, w.first_day,
        w.amount_tiyn, t.amount_tiyn AS of_tiyn, w.lines, t.lines AS of_lines,
        w.amount_tiyn AS part, t.amount_tiyn AS whole, w.filing_id, w.first_row, w.last_row
    FROM performers_paid AS w
    INNER JOIN totals AS t ON t.user_bin = w.user_bin
    UNION ALL
    SELECT
        'NEW_PERFORMER' AS signal, w.user_bin, w.performer_id AS subject, w.performer_name AS subject_name,
        CASE WHEN w.unit_no = w.other_unit_no THEN w.unit_no END AS unit_no, w.first_day,
        w.amount_tiyn, t.amount_tiyn AS of_tiyn, w.lines, t.lines AS of_lines,
        w.amount_tiyn AS part, t.amount_tiyn AS whole, w.filing_id, w.first_row, w.last_row
    FROM performers_paid AS w
    INNER JOIN totals AS t ON t.user_bin = w.user_bin
    WHERE w.users = 1 AND w.performer_bin IS NOT NULL
    UNION ALL
    SELECT
        'DECEMBER_RUSH' AS signal, p.user_bin, '-' AS subject, NULL AS subject_name, NULL AS unit_no,
        NULL AS first_day, sum(p.amount_tiyn) AS amount_tiyn, t.amount_tiyn AS of_tiyn, count(*) AS lines,
        t.lines AS of_lines, sum(p.amount_tiyn) AS part, t.amount_tiyn AS whole,
        p.filing_id, min(p.source_row) AS first_row, max(p.source_row) AS last_row
    FROM paid AS p
    INNER JOIN totals AS t ON t.user_bin = p.user_bin
    WHERE p.payment_date >= :rush_from AND p.payment_date <= :rush_to
    GROUP BY p.user_bin, p.filing_id, t.amount_tiyn, t.lines
    UNION ALL
    SELECT
        'ROUND_SUMS' AS signal, p.user_bin, '-' AS subject, NULL AS subject_name, NULL AS unit_no,
        NULL AS first_day, sum(p.amount_tiyn) AS amount_tiyn, t.amount_tiyn AS of_tiyn, count(*) AS lines,
        t.lines AS of_lines, count(*) AS part, t.lines AS whole,
        p.filing_id, min(p.source_row) AS first_row, max(p.source_row) AS last_row
    FROM paid AS p
    INNER JOIN totals AS t ON t.user_bin = p.user_bin
    WHERE length(p.amount_tiyn || '') - length(rtrim(p.amount_tiyn || '', '0')) >= :round_zeros AND t.lines >= :round_lines
    GROUP BY p.user_bin, p.filing_id, t.amount_tiyn, t.lines
    UNION ALL
    SELECT
        'NEAR_THRESHOLD' AS signal, p.user_bin, '-' AS subject, NULL AS subject_name, NULL AS unit_no,
        NULL AS first_day, sum(p.amount_tiyn) AS amount_tiyn, t.amount_tiyn AS of_tiyn, count(*) AS lines,
        t.lines AS of_lines, count(*) AS part, t.lines AS whole,
        p.filing_id, min(p.source_row) AS first_row, max(p.source_row) AS last_row
    FROM paid AS p
    INNER JOIN totals AS t ON t.user_bin = p.user_bin
    WHERE p.amount_tiyn >= :near_from_tiyn AND p.amount_tiyn < :near_to_tiyn
    GROUP BY p.user_bin, p.filing_id, t.amount_tiyn, t.lines
    HAVING count(*) >= :near_lines
    UNION ALL
    SELECT
        'SAME_TITLE' AS signal, w.user_bin, w.project_title AS subject, NULL AS subject_name, NULL AS unit_no,
        NULL AS first_day, w.amount_tiyn, t.amount_tiyn AS of_tiyn, w.lines,
        t.lines AS of_lines, w.amount_tiyn AS part, t.amount_tiyn AS whole, w.filing_id, w.first_row, w.last_row
    FROM titles AS w
    INNER JOIN totals AS t ON t.user_bin = w.user_bin
    WHERE w.users > 1
    UNION ALL
    SELECT
        'GROWING_AGREEMENT' AS signal, a.user_bin, a.agreement_no AS subject, a.performer_name AS subject_name,
        CASE WHEN a.unit_no = a.other_unit_no THEN a.unit_no END AS unit_no, NULL AS first_day,
        a.amount_tiyn, b.amount_tiyn AS of_tiyn, a.lines, NULL AS of_lines,
        a.amount_tiyn AS part, b.amount_tiyn AS whole, a.filing_id, a.first_row, a.last_row
    FROM agreements AS a
    INNER JOIN before AS b ON b.user_bin = a.user_bin AND b.agreement_no = a.agreement_no
    UNION ALL
    SELECT
        'AFFILIATE' AS signal, w.user_bin, w.performer_id AS subject, w.performer_name AS subject_name,
        CASE WHEN w.unit_no = w.other_unit_no THEN w.unit_no END AS unit_no, NULL AS first_day,
        w.amount_tiyn, t.amount_tiyn AS of_tiyn, w.lines, t.lines AS of_lines,
        w.amount_tiyn AS part, t.amount_tiyn AS whole, w.filing_id, w.first_row, w.last_row
    FROM performers_paid AS w
    INNER JOIN totals AS t ON t.user_bin = w.user_bin
    INNER JOIN related AS r ON r.user_bin = w.user_bin AND r.affiliate_bin = w.performer_bin
    UNION ALL
    SELECT
        'NO_ACT' AS signal, a.user_bin, a.agreement_no AS subject, a.performer_name AS subject_name,
        CASE WHEN a.unit_no = a.other_unit_no THEN a.unit_no END AS unit_no, NULL AS first_day,
        a.amount_tiyn, t.amount_tiyn AS of_tiyn, a.lines, t.lines AS of_lines,
        a.amount_tiyn AS part, t.amount_tiyn AS whole, a.filing_id, a.first_row, a.last_row
    FROM agreements AS a
    INNER JOIN totals AS t ON t.user_bin = a.user_bin
    WHERE a.acts = 0 AND a.first_day < :act_awaited_before
    UNION ALL
    SELECT
        'BASE_FELL' AS signal, b.user_bin, b.unit_no AS subject, NULL AS subject_name, b.unit_no,
        NULL AS first_day, b.now_tiyn AS amount_tiyn, b.before_tiyn AS of_tiyn, NULL AS lines, NULL AS of_lines,
        b.before_tiyn - b.now_tiyn AS part, b.before_tiyn AS whole, b.filing_id, NULL AS first_row, NULL AS last_row
    FROM bases AS b
    INNER JOIN sectors AS s ON s.sector = b.sector
    WHERE b.now_tiyn < b.before_tiyn AND s.now_tiyn - b.now_tiyn > s.before_tiyn - b.before_tiyn
    UNION ALL
    SELECT
        'EXACTLY_DUE' AS signal, c.user_bin, c.unit_no AS subject, NULL AS subject_name, c.unit_no,
        NULL AS first_day, c.declared_tiyn AS amount_tiyn, c.due_tiyn AS of_tiyn, NULL AS lines, NULL AS of_lines,
        c.declared_tiyn AS part, c.due_tiyn AS whole, c.filing_id, NULL AS first_row, NULL AS last_row
    FROM compliance_by_unit AS c
    WHERE c.report_year = :report_year AND c.due_tiyn > 0 AND c.declared_tiyn = c.due_tiyn
    UNION ALL
    SELECT
        'LATE_RAISE' AS signal, s.user_bin, s.submission_no || '' AS subject, NULL AS subject_name, NULL AS unit_no,
        NULL AS first_day, sum(s.difference_tiyn) AS amount_tiyn, NULL AS of_tiyn, count(*) AS lines,
        NULL AS of_lines, NULL AS part, NULL AS whole, NULL AS filing_id, NULL AS first_row, NULL AS last_row
    FROM submission_changes AS s
    INNER JOIN deadlines AS d ON d.user_bin = s.user_bin
    WHERE s.report_year = :report_year AND s.item = 'financing' AND s.submitted_on > d.deadline
    GROUP BY s.user_bin, s.submission_no
    HAVING min(s.difference_tiyn) >= 0 AND sum(s.difference_tiyn) > 0
    UNION ALL
    SELECT
        'BENFORD' AS signal, g.user_bin, '-' AS subject, NULL AS subject_name, NULL AS unit_no,
        NULL AS first_day, t.amount_tiyn, t.amount_tiyn AS of_tiyn, t.lines, t.lines AS of_lines,
        NULL AS part, NULL AS whole, NULL AS filing_id, NULL AS first_row, NULL AS last_row
    FROM first_digits AS g
    INNER JOIN totals AS t ON t.user_bin = g.user_bin
)

SELECT
    u.report_year,
    s.signal,
    s.user_bin,
    s.subject,
    s.subject_name,
    u.user_name,
    s.unit_no,
    s.amount_tiyn,
    s.of_tiyn,
    s.lines,
    s.of_lines,
    s.first_day,
    s.filing_id,
    s.first_row,
    s.last_row,
    s.part,
    s.whole,
    g.digit_1,
    g.digit_2,
    g.digit_3,
    g.digit_4,
    g.digit_5,
    g.digit_6,
    g.digit_7,
    g.digit_8,
    g.digit_9
FROM found AS s
INNER JOIN filings AS u ON u.user_bin = s.user_bin AND u.report_year = :report_year AND u.status = 'accepted'
LEFT JOIN first_digits AS g ON g.user_bin = s.user_bin AND s.signal = 'BENFORD'
