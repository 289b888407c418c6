-- fairness_people
-- How were the people of each group treated who met something hard?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: Of {people} people with {grouped_by} {people_group}, {contacted} % got a message, {handed_over} % a person, {left_alone} % neither; {offered} % got an offer.
--
-- Each person counts once, by the last group the log knew of them. Groups of fewer than 20 people are left out, and numbers of
-- people are in tens. As they are: `attune fairness` compares people alike in playbook and friction, and says what is credible.
WITH decision AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
    AND kind IN ('moment', 'contact', 'escalation')
),
journey AS (
  SELECT DISTINCT subject_key, journey_id
  FROM decision
  WHERE copy = 1
    AND kind = 'moment'
    AND choice IN ('started', 'handed_over', 'withheld')
    AND reason_code <> 'bot'
),
person AS (
  SELECT
    decision.subject_key,
    max_by(json_extract_scalar(inputs, '$.segment'), time) AS segment,
    max_by(json_extract_scalar(inputs, '$.locale'), time) AS locale,
    max_by(json_extract_scalar(inputs, '$.country'), time) AS country,
    max_by(json_extract_scalar(inputs, '$.device'), time) AS device,
    max(CASE WHEN kind = 'contact' AND touch > 0 AND choice IN ('sent', 'uncertain') THEN 1 ELSE 0 END) AS contacted,
    max(
      CASE
        WHEN choice = 'handed_over' OR (kind = 'escalation' AND choice IN ('opened', 'joined')) THEN 1
        ELSE 0
      END
    ) AS handed_over,
    max(
      CASE
        WHEN kind = 'contact' AND touch > 0 AND choice IN ('sent', 'uncertain')
          AND json_extract_scalar(inputs, '$.offer') = 'true' THEN 1
        ELSE 0
      END
    ) AS offered
  FROM decision
  JOIN journey
    ON decision.subject_key = journey.subject_key
    AND decision.journey_id = journey.journey_id
  WHERE copy = 1
  GROUP BY decision.subject_key
),
grouped AS (
  SELECT
    dimension.name AS grouped_by,
    coalesce(
      nullif(
        CASE dimension.name
          WHEN 'segment' THEN segment
          WHEN 'locale' THEN locale
          WHEN 'country' THEN country
          ELSE device
        END,
        ''
      ),
      'unknown'
    ) AS people_group,
    contacted,
    handed_over,
    offered
  FROM person
  CROSS JOIN (
    VALUES ('segment'), ('locale'), ('country'), ('device')
  ) AS dimension (name)
)
SELECT
  grouped_by,
  people_group,
  CAST(round(count(*) / 10.0) * 10 AS bigint) AS people,
  round(100.0 * sum(contacted) / count(*), 1) AS contacted,
  round(100.0 * sum(handed_over) / count(*), 1) AS handed_over,
  round(100.0 * sum(CASE WHEN contacted = 0 AND handed_over = 0 THEN 1 ELSE 0 END) / count(*), 1) AS left_alone,
  round(100.0 * sum(offered) / count(*), 1) AS offered
FROM grouped
GROUP BY grouped_by, people_group
HAVING count(*) >= 20
ORDER BY grouped_by, people_group
