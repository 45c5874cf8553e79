SELECT
    c.report_year,
    c.unit_no,
    rank() OVER (ORDER BY c.shortfall_tiyn DESC NULLS LAST) AS place,
    c.user_bin,
    c.user_name,
    c.sector,
    c.region_kato,
    c.status,
    c.due_tiyn,
    c.financing_tiyn,
    c.shortfall_tiyn,
    c.fulfilment_bp,
    c.doubt,
    sum(c.shortfall_tiyn) OVER (PARTITION BY c.report_year) AS total_tiyn,
    CASE WHEN c.doubt = '' THEN c.shortfall_tiyn END AS certain_tiyn,
    sum(CASE WHEN c.doubt = '' THEN c.shortfall_tiyn END) OVER (PARTITION BY c.report_year) AS total_certain_tiyn
FROM compliance_by_unit AS c
WHERE c.report_year = :report_year AND c.shortfall_tiyn > 0
