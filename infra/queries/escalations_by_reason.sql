-- escalations_by_reason
-- Why were people asked to take over, and how soon was it settled?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: Cases opened because of {reason} ({priority}): {cases}, of them claimed {claimed}, resolved {resolved}, not resolved {open}[; half of the resolved ones took at most {half_within_minutes} minutes, nine in ten at most {nine_in_ten_within_minutes}].
--
-- The reason is why the case was opened. Minutes by the customer's clock, from the opening to "Case Resolved".
WITH decision AS (
  SELECT
    choice,
    reason_code,
    json_extract_scalar(inputs, '$.case_id') AS case_id,
    json_extract_scalar(inputs, '$.priority') AS priority,
    CAST(json_extract_scalar(inputs, '$.seconds_open') AS double) / 60 AS minutes,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND kind = 'escalation'
    AND NOT dry_run
    AND choice IN ('opened', 'claimed', 'resolved')
),
worked AS (
  SELECT
    case_id,
    min(CASE WHEN choice = 'claimed' THEN minutes END) AS claimed_after,
    min(CASE WHEN choice = 'resolved' THEN minutes END) AS resolved_after
  FROM decision
  WHERE copy = 1
  GROUP BY case_id
)
SELECT
  opened.reason_code AS reason,
  opened.priority,
  count(*) AS cases,
  count(worked.claimed_after) AS claimed,
  count(worked.resolved_after) AS resolved,
  count(*) - count(worked.resolved_after) AS open,
  round(approx_percentile(worked.resolved_after, 0.5), 1) AS half_within_minutes,
  round(approx_percentile(worked.resolved_after, 0.9), 1) AS nine_in_ten_within_minutes
FROM decision AS opened
JOIN worked ON worked.case_id = opened.case_id
WHERE opened.copy = 1
  AND opened.choice = 'opened'
GROUP BY opened.reason_code, opened.priority
ORDER BY cases DESC, reason, opened.priority
