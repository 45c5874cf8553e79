SELECT
    c.report_year,
    c.unit_no,
    c.due_tiyn,
    c.credit_available_tiyn,
    c.credit_used_tiyn,
    c.recognised_tiyn,
    c.budget_tiyn,
    c.financing_tiyn,
    c.shortfall_tiyn,
    c.surplus_tiyn
FROM compliance_by_unit AS c
WHERE
    c.report_year = :report_year
    AND (
        c.financing_tiyn <> c.recognised_tiyn + c.budget_tiyn
        OR c.credit_used_tiyn > c.credit_available_tiyn
        OR c.credit_used_tiyn > c.due_tiyn
        OR (
            c.shortfall_tiyn - c.surplus_tiyn <> c.due_tiyn - c.credit_used_tiyn - c.financing_tiyn
            -- Less than a tenge of an obligation that is paid to the tenge is not missing.
            AND NOT (
                c.shortfall_tiyn = 0
                AND c.surplus_tiyn = 0
                AND coalesce(c.fulfilment_bp, 0) >= :dust_from_bp
                AND c.due_tiyn - c.credit_used_tiyn - c.financing_tiyn > 0
                AND c.due_tiyn - c.credit_used_tiyn - c.financing_tiyn < :dust_below_tiyn
            )
        )
        OR (c.shortfall_tiyn > 0 AND c.surplus_tiyn > 0)
        OR (c.due_tiyn IS NULL AND (c.shortfall_tiyn > 0 OR c.surplus_tiyn > 0 OR c.credit_used_tiyn > 0))
        OR (c.due_tiyn IS NOT NULL AND (c.shortfall_tiyn IS NULL OR c.surplus_tiyn IS NULL OR c.credit_used_tiyn IS NULL))
    )
