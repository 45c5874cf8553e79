SELECT
    b.report_year,
    b.unit_no,
    b.version_no + 1 AS version_no,
    coalesce(a.recorded_at, b.superseded_at) AS restated_at,
    a.cause,
    b.user_bin AS user_bin_before,
    a.user_bin AS user_bin_after,
    b.status AS status_before,
    a.status AS status_after,
    b.due_tiyn AS due_before_tiyn,
    a.due_tiyn AS due_after_tiyn,
    a.due_tiyn - b.due_tiyn AS due_change_tiyn,
    b.credit_used_tiyn AS credit_used_before_tiyn,
    a.credit_used_tiyn AS credit_used_after_tiyn,
    a.credit_used_tiyn - b.credit_used_tiyn AS credit_used_change_tiyn,
    b.financing_tiyn AS financing_before_tiyn,
    a.financing_tiyn AS financing_after_tiyn,
    a.financing_tiyn - b.financing_tiyn AS financing_change_tiyn,
    b.shortfall_tiyn AS shortfall_before_tiyn,
    a.shortfall_tiyn AS shortfall_after_tiyn,
    a.shortfall_tiyn - b.shortfall_tiyn AS shortfall_change_tiyn,
    b.credit_out_tiyn AS credit_out_before_tiyn,
    a.credit_out_tiyn AS credit_out_after_tiyn,
    a.credit_out_tiyn - b.credit_out_tiyn AS credit_out_change_tiyn,
    b.doubt AS doubt_before,
    a.doubt AS doubt_after
FROM compliance_history AS b
LEFT JOIN compliance_history AS a
    ON a.report_year = b.report_year AND a.unit_no = b.unit_no AND a.version_no = b.version_no + 1
WHERE b.report_year = :report_year AND (a.unit_no IS NOT NULL OR b.superseded_at IS NOT NULL)
