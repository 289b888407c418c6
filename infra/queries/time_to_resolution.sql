-- time_to_resolution
-- How long are cases open until a person resolves them, by why they were opened and how they ended?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: Cases opened because of {opened_because} that ended as {outcome}: {cases}; half took at most {half_within_minutes} minutes, nine in ten at most {nine_in_ten_within_minutes}.
--
-- Minutes by the customer's clock, from the opening to the first "Case Resolved".
WITH decision AS (
  SELECT
    decision_id,
    json_extract_scalar(inputs, '$.trigger') AS opened_because,
    json_extract_scalar(inputs, '$.outcome') AS outcome,
    CAST(json_extract_scalar(inputs, '$.seconds_open') AS double) / 60 AS minutes,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND kind = 'escalation'
    AND NOT dry_run
    AND choice = 'resolved'
)
SELECT
  opened_because,
  outcome,
  count(*) AS cases,
  round(approx_percentile(minutes, 0.5), 1) AS half_within_minutes,
  round(approx_percentile(minutes, 0.9), 1) AS nine_in_ten_within_minutes,
  round(max(minutes), 1) AS longest_minutes
FROM decision
WHERE copy = 1
GROUP BY opened_because, outcome
ORDER BY cases DESC, opened_because, outcome
