SELECT
    c.report_year,
    c.unit_no,
    c.regime,
    c.status,
    c.due_tiyn,
    c.shortfall_tiyn,
    c.fulfilment_bp,
    c.below_30
FROM compliance_by_unit AS c
WHERE
    c.report_year = :report_year
    AND (
        (c.regime = 'NONE' AND c.status <> 'EXEMPT')
        OR (c.status = 'EXEMPT' AND c.regime <> 'NONE')
        OR (c.status IN ('EXEMPT', 'NOT_YET_OBLIGED') AND c.due_tiyn IS NOT NULL)
        OR (c.status IN ('PENDING', 'NOT_REPORTED') AND c.filing_id IS NOT NULL)
        OR (
            c.status IN ('MET', 'PARTIAL', 'BREACH')
            AND (c.due_tiyn IS NULL OR c.shortfall_tiyn IS NULL OR c.fulfilment_bp IS NULL)
        )
        OR (c.status = 'MET' AND c.shortfall_tiyn <> 0)
        OR (c.status = 'PARTIAL' AND (c.shortfall_tiyn = 0 OR c.fulfilment_bp < :breach_below_bp))
        OR (c.status = 'BREACH' AND (c.shortfall_tiyn = 0 OR c.fulfilment_bp >= :breach_below_bp))
        OR (c.below_30 AND c.status <> 'BREACH')
    )
