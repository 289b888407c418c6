-- experiment_results
-- What came of messages after each delay, against people who got none?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: {playbook}, touch {touch}, {arm}: {ordered} of {cases} were followed by an order ({ordered_percent} %), {helpful} were called helpful, {harmed} did harm ({harmed_percent} %).
--
-- A row counts messages with the delay that was drawn for them, or journeys that were held out (arm "holdout", touch 0).
-- An order that was taken back does not count. Harm: unsubscribed, complained, not helpful, snoozed. Descriptive: intervals
-- and what they hang on are in `attune experiments`.
WITH decision AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND kind IN ('moment', 'delay', 'contact', 'outcome')
    AND NOT dry_run
),
known AS (
  SELECT * FROM decision WHERE copy = 1
),
drawn AS (
  SELECT journey_id, touch, max_by(choice, time) AS arm
  FROM known
  WHERE kind = 'delay' AND choice <> 'end'
  GROUP BY journey_id, touch
),
message AS (
  SELECT playbook, journey_id, touch
  FROM known
  WHERE kind = 'contact' AND touch > 0
  GROUP BY playbook, journey_id, touch
  HAVING sum(CASE WHEN choice IN ('sent', 'uncertain') THEN 1 ELSE 0 END) > 0
    AND sum(CASE WHEN choice = 'rejected' THEN 1 ELSE 0 END) = 0
),
tried AS (
  SELECT message.playbook, message.journey_id, message.touch, coalesce(drawn.arm, '-') AS arm
  FROM message
  LEFT JOIN drawn ON drawn.journey_id = message.journey_id AND drawn.touch = message.touch
  UNION ALL
  SELECT DISTINCT playbook, journey_id, 0 AS touch, 'holdout' AS arm
  FROM known
  WHERE kind = 'moment' AND choice = 'holdout'
),
taken_back AS (
  SELECT DISTINCT journey_id, json_extract_scalar(inputs, '$.order') AS order_key
  FROM known
  WHERE kind = 'outcome' AND choice = 'order_taken_back'
),
came AS (
  SELECT
    known.journey_id,
    known.touch,
    max(CASE WHEN known.choice = 'ordered' AND taken_back.journey_id IS NULL THEN 1 ELSE 0 END) AS ordered,
    max(CASE WHEN known.choice = 'helpful' THEN 1 ELSE 0 END) AS helpful,
    max(CASE WHEN known.choice IN ('unsubscribed', 'complained', 'not_helpful', 'snoozed') THEN 1 ELSE 0 END) AS harmed
  FROM known
  LEFT JOIN taken_back
    ON taken_back.journey_id = known.journey_id
    AND taken_back.order_key = json_extract_scalar(known.inputs, '$.order')
  WHERE known.kind = 'outcome'
  GROUP BY known.journey_id, known.touch
)
SELECT
  tried.playbook,
  tried.touch,
  tried.arm,
  count(*) AS cases,
  sum(coalesce(came.ordered, 0)) AS ordered,
  round(100.0 * sum(coalesce(came.ordered, 0)) / count(*), 1) AS ordered_percent,
  sum(coalesce(came.helpful, 0)) AS helpful,
  sum(coalesce(came.harmed, 0)) AS harmed,
  round(100.0 * sum(coalesce(came.harmed, 0)) / count(*), 1) AS harmed_percent
FROM tried
LEFT JOIN came ON came.journey_id = tried.journey_id AND came.touch = tried.touch
GROUP BY tried.playbook, tried.touch, tried.arm
ORDER BY tried.playbook, tried.touch, tried.arm
