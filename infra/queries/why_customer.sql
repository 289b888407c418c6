-- why_customer
-- What was decided for one customer, and why?
-- Parameters: since (first day, YYYY-MM-DD), subject_key (the customer's pseudonym in the log)
-- In words: {time}: {kind} {choice}. {why}
--
-- Everything in time order, also the decisions not to act. The log is written at least once: each decision counts once.
WITH decision AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND subject_key = ?
)
SELECT
  time,
  kind,
  choice,
  array_join(
    transform(CAST(json_parse(reasons) AS array(json)), reason -> json_extract_scalar(reason, '$.text')),
    ' '
  ) AS why,
  playbook,
  playbook_version,
  touch,
  journey_id,
  automated,
  dry_run
FROM decision
WHERE copy = 1
ORDER BY time, decision_id
