-- outcomes_by_arm
-- What came of the messages that were sent after each delay?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: {playbook}, touch {touch}, after {delay}: {decisions} times {what}.
--
-- Outcomes are joined to the delay that was drawn for their message; an order that was cancelled later still stands here,
-- beside its own "order_taken_back" (touch 0). `attune experiments` counts both together. Each decision counts once.
WITH decision AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND kind IN ('delay', 'contact', 'outcome')
),
drawn AS (
  SELECT
    journey_id,
    touch,
    max_by(choice, time) AS delay
  FROM decision
  WHERE copy = 1
    AND kind = 'delay'
    AND choice <> 'end'
  GROUP BY journey_id, touch
),
told AS (
  SELECT
    playbook,
    journey_id,
    touch,
    CASE WHEN kind = 'contact' THEN 'message' ELSE choice END AS what
  FROM decision
  WHERE copy = 1
    AND (kind = 'outcome' OR choice IN ('sent', 'uncertain'))
)
SELECT
  told.playbook,
  told.touch,
  coalesce(drawn.delay, '-') AS delay,
  told.what,
  count(*) AS decisions
FROM told
LEFT JOIN drawn
  ON told.journey_id = drawn.journey_id
  AND told.touch = drawn.touch
GROUP BY told.playbook, told.touch, coalesce(drawn.delay, '-'), told.what
ORDER BY told.playbook, told.touch, delay, decisions DESC, told.what
