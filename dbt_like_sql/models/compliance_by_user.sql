WITH last_rows AS (
    SELECT u.user_bin, max(u.source_row) AS source_row
    FROM units AS u
    GROUP BY u.user_bin
),

names AS (
    SELECT u.user_bin, u.user_name
    FROM units AS u
    INNER JOIN last_rows AS r ON r.source_row = u.source_row
),

-- Which status is worse is law: the caller names them, the worst first.
ranked AS (
    SELECT
        v.unit_no,
        CASE
            WHEN v.status = :status_1 THEN 1
            WHEN v.status = :status_2 THEN 2
            WHEN v.status = :status_3 THEN 3
            WHEN v.status = :status_4 THEN 4
            WHEN v.status = :status_5 THEN 5
            WHEN v.status = :status_6 THEN 6
            WHEN v.status = :status_7 THEN 7
            WHEN v.status = :status_8 THEN 8
        END AS status_rank
    FROM compliance_by_unit AS v
    WHERE v.report_year = :report_year
),

sums AS (
    SELECT
        c.report_year,
        c.user_bin,
        min(c.user_name) AS user_name,
        count(*) AS units,
        sum(CASE WHEN r.status_rank <= :last_obliged_rank THEN 1 ELSE 0 END) AS obliged_units,
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
        sum(c.forfeit_tiyn) AS forfeit_tiyn,
        sum(CASE WHEN c.due_tiyn IS NOT NULL THEN coalesce(c.credit_used_tiyn, 0) + c.financing_tiyn END) AS covered_tiyn,
        sum(CASE WHEN c.doubt <> '' THEN 1 ELSE 0 END) AS doubtful_units,
        sum(CASE WHEN c.doubt = '' THEN c.due_tiyn END) AS due_certain_tiyn,
        sum(CASE WHEN c.doubt = '' AND c.due_tiyn IS NOT NULL THEN c.financing_tiyn END) AS financing_certain_tiyn,
        sum(CASE WHEN c.doubt = '' THEN c.shortfall_tiyn END) AS shortfall_certain_tiyn,
        sum(CASE WHEN replace(c.doubt, :doubt_1, '') <> c.doubt THEN 1 ELSE 0 END) AS doubt_1_units,
        sum(CASE WHEN replace(c.doubt, :doubt_2, '') <> c.doubt THEN 1 ELSE 0 END) AS doubt_2_units,
        sum(CASE WHEN replace(c.doubt, :doubt_3, '') <> c.doubt THEN 1 ELSE 0 END) AS doubt_3_units,
        sum(CASE WHEN replace(c.doubt, :doubt_4, '') <> c.doubt THEN 1 ELSE 0 END) AS doubt_4_units,
        sum(CASE WHEN replace(c.doubt, :doubt_5, '') <> c.doubt THEN 1 ELSE 0 END) AS doubt_5_units,
        sum(CASE WHEN replace(c.doubt, :doubt_6, '') <> c.doubt THEN 1 ELSE 0 END) AS doubt_6_units,
        min(r.status_rank) AS worst_rank
    FROM compliance_by_unit AS c
    INNER JOIN ranked AS r ON r.unit_no = c.unit_no
    WHERE c.report_year = :report_year
    GROUP BY c.report_year, c.user_bin
)

SELECT
    s.report_year,
    s.user_bin,
    coalesce(n.user_name, s.user_name) AS user_name,
    s.units,
    s.obliged_units,
    s.base_tiyn,
    s.due_tiyn,
    s.credit_opening_tiyn,
    s.credit_available_tiyn,
    s.credit_used_tiyn,
    s.declared_tiyn,
    s.recognised_tiyn,
    s.clean_tiyn,
    s.cure_tiyn,
    s.disallowed_tiyn,
    s.set_aside_tiyn,
    s.budget_tiyn,
    s.financing_tiyn,
    s.shortfall_tiyn,
    s.surplus_tiyn,
    s.credit_lapsed_tiyn,
    s.credit_out_tiyn,
    s.forfeit_tiyn,
    s.covered_tiyn,
    s.doubtful_units,
    s.due_certain_tiyn,
    s.financing_certain_tiyn,
    s.shortfall_certain_tiyn,
    s.doubt_1_units,
    s.doubt_2_units,
    s.doubt_3_units,
    s.doubt_4_units,
    s.doubt_5_units,
    s.doubt_6_units,
    s.worst_rank
FROM sums AS s
LEFT JOIN names AS n ON n.user_bin = s.user_bin
