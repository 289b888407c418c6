-- consent_changes
-- Who allowed or refused which channel, day by day, and by which way?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: On {day}, {channel} was {choice} by {source}, customers: {customers}.
--
-- "granted" and "withdrawn" are the words that were said; `unsubscribe_link`, a reply, a complaint or a bounce are ways.
WITH decision AS (
  SELECT
    substr(time, 1, 10) AS day,
    choice,
    reason_code,
    subject_key,
    json_extract_scalar(inputs, '$.channels') AS channels,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND kind = 'consent'
)
SELECT
  decision.day,
  said.channel,
  decision.choice,
  decision.reason_code AS source,
  count(*) AS changes,
  count(DISTINCT decision.subject_key) AS customers
FROM decision
CROSS JOIN UNNEST(split(decision.channels, ',')) AS said (channel)
WHERE decision.copy = 1
GROUP BY decision.day, said.channel, decision.choice, decision.reason_code
ORDER BY decision.day, said.channel, decision.choice, source
