SELECT
    n.report_year,
    n.code,
    n.severity,
    count(*) AS findings,
    sum(CASE WHEN f.status = 'accepted' THEN 1 ELSE 0 END) AS effective_findings,
    count(DISTINCT coalesce(n.file_name, n.filing_id)) AS files,
    count(DISTINCT n.user_bin) AS users
FROM findings AS n
LEFT JOIN filings AS f ON f.report_year = n.report_year AND f.file_name = n.file_name
WHERE n.report_year = :report_year
GROUP BY n.report_year, n.code, n.severity
