SELECT
    l.report_year,
    l.filing_id,
    l.sheet,
    l.source_row,
    l.user_bin,
    l.unit_no,
    l.bucket,
    l.amount_tiyn
FROM financing_lines AS l
INNER JOIN filings AS f ON f.filing_id = l.filing_id AND f.report_year = l.report_year AND f.status = 'accepted'
LEFT JOIN compliance_by_unit AS c
    ON c.report_year = l.report_year AND c.unit_no = l.unit_no AND c.user_bin = l.user_bin
WHERE l.report_year = :report_year AND l.bucket IN ('recognised', 'cure') AND c.unit_no IS NULL
