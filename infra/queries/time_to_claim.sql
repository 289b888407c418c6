-- time_to_claim
-- How long does a case wait until a person takes it, day by day and by why it was opened?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: Cases opened because of {opened_because} and taken on {day}: {cases}; half waited at most {half_within_minutes} minutes, nine in ten at most {nine_in_ten_within_minutes}.
--
-- Minutes by the customer's clock, from the opening to the first "Case Claimed".
WITH decision AS (
  SELECT
    decision_id,
    dt,
    json_extract_scalar(inputs, '$.trigger') AS opened_because,
    CAST(json_extract_scalar(inputs, '$.seconds_open') AS double) / 60 AS minutes,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND kind = 'escalation'
    AND NOT dry_run
    AND choice = 'claimed'
)
SELECT
  dt AS day,
  opened_because,
  count(*) AS cases,
  round(approx_percentile(minutes, 0.5), 1) AS half_within_minutes,
  round(approx_percentile(minutes, 0.9), 1) AS nine_in_ten_within_minutes,
  round(max(minutes), 1) AS longest_minutes
FROM decision
WHERE copy = 1
GROUP BY dt, opened_because
ORDER BY day, cases DESC, opened_because
