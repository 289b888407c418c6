-- changes_after_rollout
-- What changed between the versions of a playbook?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: {playbook} {version}, from {first_time} to {last_time}: of {moments} moments, {started} were answered; messages sent {sent}, withheld {withheld}, cases opened {cases}[; {ordered_percent} % of the journeys ended in an order, {harmed_percent} % in harm].
--
-- Side by side, not cause and effect: versions ran at different times, or for different people. "cases" were asked for by
-- the journey or opened while it ran; orders that were taken back do not count.
WITH decision AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND playbook <> ''
    AND playbook_version <> ''
    AND kind IN ('moment', 'contact', 'escalation', 'outcome')
),
journey AS (
  SELECT
    playbook,
    playbook_version,
    journey_id,
    min(time) AS first_time,
    max(time) AS last_time,
    max(CASE WHEN kind = 'moment' THEN 1 ELSE 0 END) AS moments,
    max(CASE WHEN kind = 'moment' AND choice = 'started' THEN 1 ELSE 0 END) AS started,
    max(CASE WHEN kind = 'moment' AND choice = 'holdout' THEN 1 ELSE 0 END) AS held_out,
    count(DISTINCT CASE WHEN kind = 'contact' AND choice IN ('sent', 'uncertain') THEN touch END) AS sent,
    count_if(kind = 'contact' AND choice = 'withheld') AS withheld,
    count_if(kind = 'escalation' AND choice = 'opened') AS cases,
    CASE
      WHEN count(DISTINCT CASE WHEN choice = 'ordered' THEN json_extract_scalar(inputs, '$.order') END)
        > count(DISTINCT CASE WHEN choice = 'order_taken_back' THEN json_extract_scalar(inputs, '$.order') END)
      THEN 1
      ELSE 0
    END AS ordered,
    max(CASE WHEN kind = 'outcome' AND choice IN ('unsubscribed', 'complained', 'not_helpful', 'snoozed') THEN 1 ELSE 0 END)
      AS harmed
  FROM decision
  WHERE copy = 1
  GROUP BY playbook, playbook_version, journey_id
)
SELECT
  playbook,
  playbook_version AS version,
  min(first_time) AS first_time,
  max(last_time) AS last_time,
  sum(moments) AS moments,
  sum(started) AS started,
  sum(held_out) AS held_out,
  sum(sent) AS sent,
  sum(withheld) AS withheld,
  sum(cases) AS cases,
  round(100.0 * sum(CASE WHEN started = 1 THEN ordered ELSE 0 END) / nullif(sum(started), 0), 1) AS ordered_percent,
  round(100.0 * sum(CASE WHEN started = 1 THEN harmed ELSE 0 END) / nullif(sum(started), 0), 1) AS harmed_percent
FROM journey
GROUP BY playbook, playbook_version
ORDER BY playbook, first_time, version
