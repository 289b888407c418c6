-- cadence_by_locale
-- How often are people written to, by language and channel?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: Messages by {channel} in the language {locale}: {messages} to {customers} customers, {each} each[; half of the gaps between two were at most {half_after_hours} hours, the shortest {shortest_hours}].
--
-- A gap is the time between two messages to the same person on the same channel, whichever journey they belong to.
WITH decision AS (
  SELECT
    subject_key,
    journey_id,
    touch,
    time,
    coalesce(nullif(json_extract_scalar(inputs, '$.locale'), ''), 'unknown') AS locale,
    json_extract_scalar(inputs, '$.channel') AS channel,
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
    channel,
    max(locale) AS locale,
    min(from_iso8601_timestamp(time)) AS at
  FROM decision
  WHERE copy = 1
  GROUP BY subject_key, channel, journey_id, touch
),
spaced AS (
  SELECT
    subject_key,
    locale,
    channel,
    date_diff('minute', lag(at) OVER (PARTITION BY subject_key, channel ORDER BY at), at) / 60.0 AS hours
  FROM message
)
SELECT
  locale,
  channel,
  count(*) AS messages,
  count(DISTINCT subject_key) AS customers,
  round(1.0 * count(*) / count(DISTINCT subject_key), 2) AS each,
  round(approx_percentile(hours, 0.5), 1) AS half_after_hours,
  round(min(hours), 1) AS shortest_hours
FROM spaced
GROUP BY locale, channel
ORDER BY locale, channel
