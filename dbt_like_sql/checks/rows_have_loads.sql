WITH writes AS (
    SELECT l.load_id, l.table_name
    FROM loads AS l
    WHERE l.outcome = 'written'
)

SELECT 'affiliates' AS table_name, t.load_id, count(*) AS row_count
FROM affiliates AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'affiliates'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'arrears' AS table_name, t.load_id, count(*) AS row_count
FROM arrears AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'arrears'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'audit_signals' AS table_name, t.load_id, count(*) AS row_count
FROM audit_signals AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'audit_signals'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'budget_lines' AS table_name, t.load_id, count(*) AS row_count
FROM budget_lines AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'budget_lines'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'budget_reconciliation' AS table_name, t.load_id, count(*) AS row_count
FROM budget_reconciliation AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'budget_reconciliation'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'codes' AS table_name, t.load_id, count(*) AS row_count
FROM codes AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'codes'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'compliance_by_unit' AS table_name, t.load_id, count(*) AS row_count
FROM compliance_by_unit AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'compliance_by_unit'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'compliance_by_user' AS table_name, t.load_id, count(*) AS row_count
FROM compliance_by_user AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'compliance_by_user'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'compliance_history' AS table_name, t.load_id, count(*) AS row_count
FROM compliance_history AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'compliance_by_unit'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'compliance_terms' AS table_name, t.load_id, count(*) AS row_count
FROM compliance_terms AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'compliance_terms'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'credits' AS table_name, t.load_id, count(*) AS row_count
FROM credits AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'credits'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'decision_effects' AS table_name, t.load_id, count(*) AS row_count
FROM decision_effects AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'decision_effects'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'decisions' AS table_name, t.load_id, count(*) AS row_count
FROM decisions AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'decisions'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'direction_summary' AS table_name, t.load_id, count(*) AS row_count
FROM direction_summary AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'direction_summary'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'disclosure' AS table_name, t.load_id, count(*) AS row_count
FROM disclosure AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'disclosure'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'exchange_rates' AS table_name, t.load_id, count(*) AS row_count
FROM exchange_rates AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'exchange_rates'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'filings' AS table_name, t.load_id, count(*) AS row_count
FROM filings AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'filings'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'financing_lines' AS table_name, t.load_id, count(*) AS row_count
FROM financing_lines AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'financing_lines'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'findings' AS table_name, t.load_id, count(*) AS row_count
FROM findings AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'findings'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'findings_by_code' AS table_name, t.load_id, count(*) AS row_count
FROM findings_by_code AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'findings_by_code'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'largest_shortfalls' AS table_name, t.load_id, count(*) AS row_count
FROM largest_shortfalls AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'largest_shortfalls'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'obligations' AS table_name, t.load_id, count(*) AS row_count
FROM obligations AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'obligations'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'performer_flows' AS table_name, t.load_id, count(*) AS row_count
FROM performer_flows AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'performer_flows'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'performers' AS table_name, t.load_id, count(*) AS row_count
FROM performers AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'performers'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'region_summary' AS table_name, t.load_id, count(*) AS row_count
FROM region_summary AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'region_summary'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'regions' AS table_name, t.load_id, count(*) AS row_count
FROM regions AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'regions'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'restatements' AS table_name, t.load_id, count(*) AS row_count
FROM restatements AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'restatements'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'sector_summary' AS table_name, t.load_id, count(*) AS row_count
FROM sector_summary AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'sector_summary'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'statuses' AS table_name, t.load_id, count(*) AS row_count
FROM statuses AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'statuses'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'submission_changes' AS table_name, t.load_id, count(*) AS row_count
FROM submission_changes AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'submission_changes'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'treasury_receipts' AS table_name, t.load_id, count(*) AS row_count
FROM treasury_receipts AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'treasury_receipts'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'unit_lines' AS table_name, t.load_id, count(*) AS row_count
FROM unit_lines AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'unit_lines'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'units' AS table_name, t.load_id, count(*) AS row_count
FROM units AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'units'
WHERE w.load_id IS NULL
GROUP BY t.load_id
UNION ALL
SELECT 'unmatched_receipts' AS table_name, t.load_id, count(*) AS row_count
FROM unmatched_receipts AS t
LEFT JOIN writes AS w ON w.load_id = t.load_id AND w.table_name = 'unmatched_receipts'
WHERE w.load_id IS NULL
GROUP BY t.load_id
