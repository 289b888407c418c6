-- case_story
-- What happened around one case, from what led to it to how it ended?
-- Parameters: since (first day, YYYY-MM-DD), case_id (as support sees it)
-- In words: {time}: {kind} {choice}. {why}
--
-- Everything that names the case, and everything decided in its journey, in time order.
WITH decision AS (
  SELECT
    *,
    json_extract_scalar(inputs, '$.case_id') AS case_id,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
),
asked AS (
  SELECT decision_id, subject_key, journey_id
  FROM decision
  WHERE copy = 1
    AND case_id = ?
),
told AS (
  SELECT decision_id
  FROM asked
  UNION
  SELECT decision.decision_id
  FROM decision
  JOIN asked
    ON asked.subject_key = decision.subject_key
    AND asked.journey_id = decision.journey_id
  WHERE decision.journey_id <> ''
)
SELECT
  decision.time,
  decision.kind,
  coalesce(concat(decision.choice, ': ', json_extract_scalar(decision.inputs, '$.outcome')), decision.choice) AS choice,
  array_join(
    transform(CAST(json_parse(decision.reasons) AS array(json)), reason -> json_extract_scalar(reason, '$.text')),
    ' '
  ) AS why,
  CASE WHEN decision.automated THEN 'machine' ELSE 'person' END AS by,
  decision.playbook,
  decision.journey_id
FROM decision
JOIN told ON told.decision_id = decision.decision_id
WHERE decision.copy = 1
ORDER BY decision.time, decision.decision_id
