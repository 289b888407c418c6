-- dry_run_differences
-- What would have been sent in a dry run, and what is different from when messages really go out?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: {playbook} by {channel}, {what}: {dry} in a dry run[ ({dry_percent} %)], {live} for real[ ({live_percent} %)].
--
-- A message that only the dry run held back counts as one that would have been sent. Percent of the touches decided in each
-- of the two modes, by playbook and channel; the last word about a touch counts.
WITH decision AS (
  SELECT
    playbook,
    journey_id,
    touch,
    time,
    dry_run,
    json_extract_scalar(inputs, '$.channel') AS channel,
    CASE
      WHEN choice IN ('sent', 'uncertain') OR reason_code = 'dry_run' THEN 'sent'
      WHEN choice = 'held' THEN concat('held: ', reason_code)
      ELSE concat(choice, ': ', reason_code)
    END AS what,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND kind = 'contact'
    AND touch > 0
    AND choice IN ('sent', 'uncertain', 'held', 'withheld', 'failed')
),
touched AS (
  SELECT
    playbook,
    channel,
    journey_id,
    touch,
    dry_run,
    max_by(what, time) AS what
  FROM decision
  WHERE copy = 1
  GROUP BY playbook, channel, journey_id, touch, dry_run
)
SELECT
  playbook,
  channel,
  what,
  count_if(dry_run) AS dry,
  count_if(NOT dry_run) AS live,
  round(100.0 * count_if(dry_run) / nullif(sum(count_if(dry_run)) OVER (PARTITION BY playbook, channel), 0), 1) AS dry_percent,
  round(100.0 * count_if(NOT dry_run) / nullif(sum(count_if(NOT dry_run)) OVER (PARTITION BY playbook, channel), 0), 1)
    AS live_percent
FROM touched
GROUP BY playbook, channel, what
ORDER BY playbook, channel, what
