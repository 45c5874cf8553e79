SELECT
    f.report_year,
    f.user_bin,
    count(*) AS filings
FROM filings AS f
WHERE f.report_year = :report_year AND f.status = 'accepted'
GROUP BY f.report_year, f.user_bin
HAVING count(*) > 1 OR f.user_bin IS NULL
