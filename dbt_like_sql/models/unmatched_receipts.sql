WITH holders AS (
    SELECT u.user_bin, count(DISTINCT u.unit_no) AS units
    FROM units AS u
    GROUP BY u.user_bin
)

SELECT
    t.source_row,
    t.receipt_no,
    t.received_on,
    t.payer_bin,
    coalesce(h.units, 0) AS payer_units,
    t.unit_no,
    t.kbk,
    t.for_year,
    t.amount_tiyn,
    t.match
FROM treasury_receipts AS t
LEFT JOIN holders AS h ON h.user_bin = t.payer_bin
WHERE t.match <> 'counted'
