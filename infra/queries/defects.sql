-- defects
-- Which records break the rules of their kind, and since when?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: Records of the kind {kind} by the code {code_version} with the defect "{defects}": {decisions}, from {first_time} to {last_time}.
--
-- A mistake in the code that wrote them: nothing is lost, but what they say is to be read with care.
WITH decision AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND defects <> ''
)
SELECT
  kind,
  defects,
  code_version,
  count(*) AS decisions,
  min(time) AS first_time,
  max(time) AS last_time
FROM decision
WHERE copy = 1
GROUP BY kind, defects, code_version
ORDER BY decisions DESC, kind, defects
