-- uncertain_sends
-- Which messages may or may not have been sent, because the answer of the provider never arrived?
-- Parameters: since (first day, YYYY-MM-DD)
--
-- They count as sent and are never sent again. Ask the provider, by time, before you promise anything.
WITH decision AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND kind = 'contact'
)
SELECT
  time,
  reason_code AS reason,
  playbook,
  touch,
  journey_id,
  subject_key,
  decision_id
FROM decision
WHERE copy = 1
  AND choice = 'uncertain'
ORDER BY time, decision_id
