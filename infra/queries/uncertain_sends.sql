-- uncertain_sends
-- Which messages may or may not have been sent, because the answer of the provider never arrived?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: {time}: touch {touch} of {playbook} may or may not have been sent ({reason}).
--
-- They count as sent and are never sent again. What the provider told of later is left out; ask it for the others, by
-- time, before you promise anything.
WITH decision AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy,
    sum(CASE WHEN choice IN ('confirmed', 'rejected') THEN 1 ELSE 0 END) OVER (PARTITION BY journey_id, touch) AS told
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
  AND told = 0
ORDER BY time, decision_id
