SELECT
    c.report_year,
    c.unit_no,
    coalesce(p.credit_out_tiyn, 0) AS credit_left_tiyn,
    c.credit_opening_tiyn,
    c.surplus_tiyn,
    c.credit_used_tiyn,
    c.credit_lapsed_tiyn,
    c.credit_out_tiyn
FROM compliance_by_unit AS c
LEFT JOIN compliance_by_unit AS p ON p.unit_no = c.unit_no AND p.report_year = c.report_year - 1
WHERE
    c.report_year = :report_year
    AND coalesce(p.credit_out_tiyn, 0) + c.credit_opening_tiyn + coalesce(c.surplus_tiyn, 0)
    <> coalesce(c.credit_used_tiyn, 0) + c.credit_lapsed_tiyn + c.credit_out_tiyn
