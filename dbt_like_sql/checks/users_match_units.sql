WITH sums AS (
    SELECT
        c.user_bin,
        count(*) AS units,
        sum(c.base_tiyn) AS base_tiyn,
        sum(c.due_tiyn) AS due_tiyn,
        sum(c.credit_opening_tiyn) AS credit_opening_tiyn,
        sum(c.credit_available_tiyn) AS credit_available_tiyn,
        sum(c.credit_used_tiyn) AS credit_used_tiyn,
        sum(c.declared_tiyn) AS declared_tiyn,
        sum(c.recognised_tiyn) AS recognised_tiyn,
        sum(c.clean_tiyn) AS clean_tiyn,
        sum(c.cure_tiyn) AS cure_tiyn,
        sum(c.disallowed_tiyn) AS disallowed_tiyn,
        sum(c.set_aside_tiyn) AS set_aside_tiyn,
        sum(c.budget_tiyn) AS budget_tiyn,
        sum(c.financing_tiyn) AS financing_tiyn,
        sum(c.shortfall_tiyn) AS shortfall_tiyn,
        sum(c.surplus_tiyn) AS surplus_tiyn,
        sum(c.credit_lapsed_tiyn) AS credit_lapsed_tiyn,
        sum(c.credit_out_tiyn) AS credit_out_tiyn,
        sum(c.forfeit_tiyn) AS forfeit_tiyn
    FROM compliance_by_unit AS c
    WHERE c.report_year = :report_year
    GROUP BY c.user_bin
),

published AS (
    SELECT
        u.user_bin,
        u.units,
        u.base_tiyn,
        u.due_tiyn,
        u.credit_opening_tiyn,
        u.credit_available_tiyn,
        u.credit_used_tiyn,
        u.declared_tiyn,
        u.recognised_tiyn,
        u.clean_tiyn,
        u.cure_tiyn,
        u.disallowed_tiyn,
        u.set_aside_tiyn,
        u.budget_tiyn,
        u.financing_tiyn,
        u.shortfall_tiyn,
        u.surplus_tiyn,
        u.credit_lapsed_tiyn,
        u.credit_out_tiyn,
        u.forfeit_tiyn
    FROM compliance_by_user AS u
    WHERE u.report_year = :report_year
)

SELECT s.user_bin, s.units AS units, p.units AS published_units, s.due_tiyn, p.due_tiyn AS published_due_tiyn
FROM sums AS s
LEFT JOIN published AS p ON p.user_bin = s.user_bin
WHERE
    p.user_bin IS NULL
    OR s.units <> p.units
    OR coalesce(s.base_tiyn, 0) <> coalesce(p.base_tiyn, 0)
    OR coalesce(s.due_tiyn, 0) <> coalesce(p.due_tiyn, 0)
    OR coalesce(s.credit_opening_tiyn, 0) <> coalesce(p.credit_opening_tiyn, 0)
    OR coalesce(s.credit_available_tiyn, 0) <> coalesce(p.credit_available_tiyn, 0)
    OR coalesce(s.credit_used_tiyn, 0) <> coalesce(p.credit_used_tiyn, 0)
    OR coalesce(s.declared_tiyn, 0) <> coalesce(p.declared_tiyn, 0)
    OR coalesce(s.recognised_tiyn, 0) <> coalesce(p.recognised_tiyn, 0)
    OR coalesce(s.clean_tiyn, 0) <> coalesce(p.clean_tiyn, 0)
    OR coalesce(s.cure_tiyn, 0) <> coalesce(p.cure_tiyn, 0)
    OR coalesce(s.disallowed_tiyn, 0) <> coalesce(p.disallowed_tiyn, 0)
    OR coalesce(s.set_aside_tiyn, 0) <> coalesce(p.set_aside_tiyn, 0)
    OR coalesce(s.budget_tiyn, 0) <> coalesce(p.budget_tiyn, 0)
    OR coalesce(s.financing_tiyn, 0) <> coalesce(p.financing_tiyn, 0)
    OR coalesce(s.shortfall_tiyn, 0) <> coalesce(p.shortfall_tiyn, 0)
    OR coalesce(s.surplus_tiyn, 0) <> coalesce(p.surplus_tiyn, 0)
    OR coalesce(s.credit_lapsed_tiyn, 0) <> coalesce(p.credit_lapsed_tiyn, 0)
    OR coalesce(s.credit_out_tiyn, 0) <> coalesce(p.credit_out_tiyn, 0)
    OR coalesce(s.forfeit_tiyn, 0) <> coalesce(p.forfeit_tiyn, 0)
UNION ALL
SELECT p.user_bin, NULL AS units, p.units AS published_units, NULL AS due_tiyn, p.due_tiyn AS published_due_tiyn
FROM published AS p
LEFT JOIN sums AS s ON s.user_bin = p.user_bin
WHERE s.user_bin IS NULL
