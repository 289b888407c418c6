-- withheld_by_reason
-- How many messages were held back or not sent at all, and for what reason?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: Messages {choice} because of {reason}: {messages}, to {customers} customers, from {first_time} to {last_time}.
--
-- "held" waits for a better moment and may still be sent; "withheld" is final. Each decision counts once.
WITH decision AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND kind = 'contact'
)
SELECT
  choice,
  reason_code AS reason,
  count(*) AS messages,
  count(DISTINCT subject_key) AS customers,
  min(time) AS first_time,
  max(time) AS last_time
FROM decision
WHERE copy = 1
  AND choice IN ('held', 'withheld')
GROUP BY choice, reason_code
ORDER BY messages DESC, choice, reason
