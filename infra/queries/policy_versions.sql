-- policy_versions
-- What was learnt and settled, by whom, and which version chose how often?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: {time}: {choice} {about} (by {by}). {why}[ Choices it made since: {choices}.]
--
-- Refits, arms that were stopped or put back, and people who went back to another version. "choices" counts the delays
-- and texts that this version chose.
WITH decision AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND kind IN ('policy', 'delay', 'tone')
),
used AS (
  SELECT
    regexp_extract(model_version, '[0-9]+$') AS version,
    count(*) AS choices
  FROM decision
  WHERE copy = 1
    AND kind IN ('delay', 'tone')
    AND model_version <> ''
  GROUP BY regexp_extract(model_version, '[0-9]+$')
)
SELECT
  written.time,
  written.choice,
  CASE
    WHEN written.model_version <> '' THEN concat('version ', written.model_version)
    ELSE concat(written.playbook, ', touch ', CAST(written.touch AS varchar), ', ', json_extract_scalar(written.inputs, '$.arm'))
  END AS about,
  CASE WHEN written.automated THEN 'the machine' ELSE 'a person' END AS by,
  array_join(
    transform(CAST(json_parse(written.reasons) AS array(json)), reason -> json_extract_scalar(reason, '$.text')),
    ' '
  ) AS why,
  coalesce(used.choices, 0) AS choices
FROM decision AS written
LEFT JOIN used ON used.version = written.model_version
WHERE written.copy = 1
  AND written.kind = 'policy'
ORDER BY written.time, written.decision_id
