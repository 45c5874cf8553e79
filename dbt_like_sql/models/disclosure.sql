SELECT
    u.report_year,
    u.user_bin,
    u.user_name,
    1 AS users,
    u.units,
    u.obliged_units,
    u.due_tiyn,
    u.credit_used_tiyn,
    u.recognised_tiyn,
    u.budget_tiyn,
    u.financing_tiyn,
    u.shortfall_tiyn,
    u.fulfilment_bp,
    u.status
FROM compliance_by_user AS u
WHERE u.report_year = :report_year AND substr(u.user_bin, 5, 1) IN ('4', '5', '6')
UNION ALL
SELECT
    u.report_year,
    '-' AS user_bin,
    NULL AS user_name,
    count(*) AS users,
    sum(u.units) AS units,
    sum(u.obliged_units) AS obliged_units,
    sum(u.due_tiyn) AS due_tiyn,
    sum(u.credit_used_tiyn) AS credit_used_tiyn,
    sum(u.recognised_tiyn) AS recognised_tiyn,
    sum(u.budget_tiyn) AS budget_tiyn,
    sum(u.financing_tiyn) AS financing_tiyn,
    sum(u.shortfall_tiyn) AS shortfall_tiyn,
    NULL AS fulfilment_bp,
    NULL AS status
FROM compliance_by_user AS u
WHERE u.report_year = :report_year AND substr(u.user_bin, 5, 1) NOT IN ('4', '5', '6')
GROUP BY u.report_year
