-- overdue_cases
-- Which cases were not resolved when they were due, or are open and overdue now?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: The case {case_id} ({priority}, {opened_because}) was due by {due_by}[; claimed {claimed_at}][; resolved {resolved_at}].
--
-- Due times are those of the opening; a case without "resolved_at" is still open. Times are ISO 8601 in UTC.
-- Cases of a dry run count where they reached support, for then somebody waits.
WITH decision AS (
  SELECT
    time,
    choice,
    subject_key,
    playbook,
    reason_code,
    json_extract_scalar(inputs, '$.case_id') AS case_id,
    json_extract_scalar(inputs, '$.priority') AS priority,
    json_extract_scalar(inputs, '$.due_by') AS due_by,
    NOT dry_run OR json_extract_scalar(inputs, '$.reached_support') = 'true' AS is_real,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND kind = 'escalation'
    AND choice IN ('opened', 'claimed', 'resolved')
),
opened AS (
  SELECT * FROM decision WHERE copy = 1 AND choice = 'opened' AND due_by IS NOT NULL AND is_real
),
worked AS (
  SELECT
    case_id,
    min(CASE WHEN choice = 'claimed' THEN time END) AS claimed_at,
    min(CASE WHEN choice = 'resolved' THEN time END) AS resolved_at
  FROM decision
  WHERE copy = 1
  GROUP BY case_id
)
SELECT
  opened.case_id,
  opened.priority,
  opened.reason_code AS opened_because,
  opened.subject_key,
  opened.playbook,
  opened.time AS opened_at,
  opened.due_by,
  worked.claimed_at,
  worked.resolved_at
FROM opened
JOIN worked ON worked.case_id = opened.case_id
WHERE from_iso8601_timestamp(opened.due_by) < coalesce(from_iso8601_timestamp(worked.resolved_at), current_timestamp)
ORDER BY opened.due_by
