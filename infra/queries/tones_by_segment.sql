-- tones_by_segment
-- Who was written to in which tone, by segment?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: Texts chosen for the segment {segment}: {percent} % in the tone {tone} ({choices} choices, {customers} customers).
--
-- Choices of a text, whether or not it could be sent in the end. "unknown" stands for customers of no known segment.
WITH decision AS (
  SELECT
    subject_key,
    coalesce(nullif(json_extract_scalar(inputs, '$.segment'), ''), 'unknown') AS segment,
    json_extract_scalar(inputs, '$.tone') AS tone,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND kind = 'tone'
    AND json_extract_scalar(inputs, '$.tone') IS NOT NULL
)
SELECT
  segment,
  tone,
  count(*) AS choices,
  count(DISTINCT subject_key) AS customers,
  round(100.0 * count(*) / sum(count(*)) OVER (PARTITION BY segment), 1) AS percent
FROM decision
WHERE copy = 1
GROUP BY segment, tone
ORDER BY segment, choices DESC, tone
