-- offers_by_segment
-- Who got an offer, and who did not, by segment?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: Messages with an offer in the segment {segment}: {with_offer} of {messages} ({percent} %), to {customers_with_offer} of {customers} customers.
--
-- Messages of journeys that were sent, also those of which nobody knows whether they arrived.
WITH decision AS (
  SELECT
    subject_key,
    journey_id,
    touch,
    choice,
    coalesce(nullif(json_extract_scalar(inputs, '$.segment'), ''), 'unknown') AS segment,
    json_extract_scalar(inputs, '$.offer') AS offer,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND kind = 'contact'
    AND touch > 0
    AND choice IN ('sent', 'uncertain')
),
message AS (
  SELECT
    subject_key,
    max(segment) AS segment,
    max(CASE WHEN offer = 'true' THEN 1 ELSE 0 END) AS has_offer
  FROM decision
  WHERE copy = 1
  GROUP BY subject_key, journey_id, touch
)
SELECT
  segment,
  count(*) AS messages,
  sum(has_offer) AS with_offer,
  round(100.0 * sum(has_offer) / count(*), 1) AS percent,
  count(DISTINCT subject_key) AS customers,
  count(DISTINCT CASE WHEN has_offer = 1 THEN subject_key END) AS customers_with_offer
FROM message
GROUP BY segment
ORDER BY segment
