SELECT
    c.report_year,
    c.unit_no,
    p.credit_out_tiyn AS credit_left_tiyn,
    c.credit_opening_tiyn,
    c.credit_available_tiyn,
    c.credit_lapsed_tiyn
FROM compliance_by_unit AS c
INNER JOIN compliance_by_unit AS p ON p.unit_no = c.unit_no AND p.report_year = c.report_year - 1
WHERE
    c.report_year = :report_year
    AND (
        c.credit_available_tiyn > p.credit_out_tiyn + c.credit_opening_tiyn
        OR c.credit_available_tiyn + c.credit_lapsed_tiyn < p.credit_out_tiyn + c.credit_opening_tiyn
    )
