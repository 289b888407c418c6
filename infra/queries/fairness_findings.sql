-- fairness_findings
-- Which gaps between groups were found, on which days, and which were explained?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: On {found_on}: {choice}, {measure} by {grouped_by}, {people_group}: {points} points ({low} to {high}), {people} people against {others}. {why}
--
-- One row for each day on which a look found it. Delays: points say how much more often the group waited longer than shorter.
WITH decision AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND kind = 'fairness'
    AND choice IN ('gap', 'explained')
)
SELECT
  substr(time, 1, 10) AS found_on,
  choice,
  json_extract_scalar(inputs, '$.measure') AS measure,
  json_extract_scalar(inputs, '$.dimension') AS grouped_by,
  json_extract_scalar(inputs, '$.group') AS people_group,
  round(100 * CAST(json_extract_scalar(inputs, '$.difference') AS double), 1) AS points,
  round(100 * CAST(json_extract_scalar(inputs, '$.low') AS double), 1) AS low,
  round(100 * CAST(json_extract_scalar(inputs, '$.high') AS double), 1) AS high,
  CAST(json_extract_scalar(inputs, '$.people') AS bigint) AS people,
  CAST(json_extract_scalar(inputs, '$.others') AS bigint) AS others,
  json_extract_scalar(reasons, '$[0].text') AS why
FROM decision
WHERE copy = 1
ORDER BY found_on DESC, choice DESC, measure, grouped_by, people_group
