-- cost_by_playbook
-- What does each playbook cost, and where does the money go?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: {playbook} cost about {usd} USD: {usd_running} for running {journeys} of {moments} moments, {usd_sending} for sending {emails} emails and {texts} text messages.
--
-- An estimate from counts of decisions and Amazon's prices in us-east-1 of November 2026, USD (docs/costs.md): a moment
-- answered with silence 1.72, a journey 0.28 and each touch that was prepared 141.40, an email 100.00, all for a million;
-- a text message 0.01 for one part, not verified, and one part each is assumed. Without events, storage, alarms and cases.
WITH decision AS (
  SELECT
    playbook,
    kind,
    choice,
    journey_id,
    touch,
    json_extract_scalar(inputs, '$.channel') AS channel,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND kind IN ('moment', 'tone', 'contact')
    AND playbook <> ''
),
counted AS (
  SELECT
    playbook,
    count_if(kind = 'moment') AS moments,
    count_if(kind = 'moment' AND choice = 'started') AS journeys,
    count(DISTINCT CASE WHEN kind = 'tone' AND choice <> 'end' THEN concat(journey_id, '#', CAST(touch AS varchar)) END)
      AS touches,
    count(DISTINCT CASE WHEN channel = 'email' AND choice IN ('sent', 'uncertain') AND kind = 'contact'
      THEN concat(journey_id, '#', CAST(touch AS varchar)) END) AS emails,
    count(DISTINCT CASE WHEN channel = 'sms' AND choice IN ('sent', 'uncertain') AND kind = 'contact'
      THEN concat(journey_id, '#', CAST(touch AS varchar)) END) AS texts,
    count(DISTINCT CASE WHEN channel = 'onsite' AND choice = 'sent' AND kind = 'contact'
      THEN concat(journey_id, '#', CAST(touch AS varchar)) END) AS notes
  FROM decision
  WHERE copy = 1
  GROUP BY playbook
),
priced AS (
  SELECT
    *,
    ((moments - journeys) * 1.72 + journeys * 0.28 + touches * 141.40) / 1000000 AS running,
    emails * 100.00 / 1000000 + texts * 0.01 AS sending
  FROM counted
)
SELECT
  playbook,
  moments,
  journeys,
  touches,
  emails,
  texts,
  notes,
  round(CAST(running AS double), 4) AS usd_running,
  round(CAST(sending AS double), 4) AS usd_sending,
  round(CAST(running + sending AS double), 4) AS usd
FROM priced
ORDER BY usd DESC, playbook
