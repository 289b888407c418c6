-- helpfulness_by_message
-- Which messages do people find helpful, and which not?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: {message} of {playbook} by {channel}: {helpful} found it helpful, {not_helpful} did not ({helpful_percent} % helpful).
--
-- Answers to "was this helpful?" by message and channel; who answers both yes and no counts once for each.
WITH decision AS (
  SELECT
    decision_id,
    playbook,
    choice,
    subject_key,
    json_extract_scalar(inputs, '$.message') AS message,
    json_extract_scalar(inputs, '$.channel') AS channel,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND kind = 'outcome'
    AND choice IN ('helpful', 'not_helpful')
)
SELECT
  playbook,
  message,
  channel,
  sum(CASE WHEN choice = 'helpful' THEN 1 ELSE 0 END) AS helpful,
  sum(CASE WHEN choice = 'not_helpful' THEN 1 ELSE 0 END) AS not_helpful,
  round(100.0 * sum(CASE WHEN choice = 'helpful' THEN 1 ELSE 0 END) / count(*), 1) AS helpful_percent,
  count(DISTINCT subject_key) AS customers
FROM decision
WHERE copy = 1
GROUP BY playbook, message, channel
ORDER BY not_helpful DESC, playbook, message, channel
