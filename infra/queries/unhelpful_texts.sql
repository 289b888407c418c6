-- unhelpful_texts
-- Which texts, in which wording and language, did people not find helpful, complain about or leave after?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: {message} by {channel} in {text_locale} ({tone}, wording {text_hash}): {not_helpful} of {sent} found it no help, {helpful} did; {complained} complained, {unsubscribed} unsubscribed.
--
-- Only texts that somebody was unhappy about. The wording is the beginning of the hash that approvals name.
WITH decision AS (
  SELECT
    kind,
    choice,
    journey_id,
    touch,
    json_extract_scalar(inputs, '$.message') AS message,
    json_extract_scalar(inputs, '$.channel') AS channel,
    json_extract_scalar(inputs, '$.text_locale') AS text_locale,
    json_extract_scalar(inputs, '$.text_hash') AS text_hash,
    json_extract_scalar(inputs, '$.tone') AS tone,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND touch > 0
    AND (kind = 'outcome' OR (kind = 'contact' AND choice IN ('sent', 'uncertain')))
),
message AS (
  SELECT
    journey_id,
    touch,
    max(message) AS message,
    max(channel) AS channel,
    max(text_locale) AS text_locale,
    max(text_hash) AS text_hash,
    max(tone) AS tone
  FROM decision
  WHERE copy = 1 AND kind = 'contact'
  GROUP BY journey_id, touch
),
came AS (
  SELECT
    journey_id,
    touch,
    max(CASE WHEN choice = 'helpful' THEN 1 ELSE 0 END) AS helpful,
    max(CASE WHEN choice = 'not_helpful' THEN 1 ELSE 0 END) AS not_helpful,
    max(CASE WHEN choice = 'complained' THEN 1 ELSE 0 END) AS complained,
    max(CASE WHEN choice = 'unsubscribed' THEN 1 ELSE 0 END) AS unsubscribed
  FROM decision
  WHERE copy = 1 AND kind = 'outcome'
  GROUP BY journey_id, touch
)
SELECT
  message.message,
  message.channel,
  coalesce(message.text_locale, 'unknown') AS text_locale,
  coalesce(message.tone, 'unknown') AS tone,
  coalesce(substr(message.text_hash, 1, 12), 'unknown') AS text_hash,
  count(*) AS sent,
  sum(coalesce(came.not_helpful, 0)) AS not_helpful,
  sum(coalesce(came.helpful, 0)) AS helpful,
  sum(coalesce(came.complained, 0)) AS complained,
  sum(coalesce(came.unsubscribed, 0)) AS unsubscribed
FROM message
LEFT JOIN came ON came.journey_id = message.journey_id AND came.touch = message.touch
GROUP BY message.message, message.channel, message.text_locale, message.tone, substr(message.text_hash, 1, 12)
HAVING sum(coalesce(came.not_helpful, 0) + coalesce(came.complained, 0) + coalesce(came.unsubscribed, 0)) > 0
ORDER BY not_helpful DESC, complained DESC, unsubscribed DESC, message.message, message.channel, text_locale
