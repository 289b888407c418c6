-- How many people of each group had which outcome: what watching fairness compares.
-- Written in what Athena and the local AWS both understand; the same as domain/fairness/people.py, which says what each part means.
-- Inputs are JSON, closely written; rows of the first weeks have a space after each colon.
-- :since, :until and :arrived are filled with dates by the adapter, and with nothing else.
WITH decision AS (
  SELECT
    decision_id, subject_key, journey_id, time, kind, choice, reason_code, playbook, touch, inputs,
    CAST(replace(substr(time, 1, 19), 'T', ' ') AS timestamp) AS instant,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ':arrived'
    AND time >= ':since'
    AND kind IN ('moment', 'tone', 'delay', 'contact', 'review', 'journey', 'escalation', 'outcome')
),
asking AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY subject_key ORDER BY time, decision_id) AS nth
  FROM decision
  WHERE copy = 1
    AND kind = 'moment'
    AND choice IN ('started', 'handed_over', 'withheld')
    AND reason_code <> 'bot'
    AND time < ':until'
),
moment AS (
  SELECT
    *,
    coalesce(regexp_extract(inputs, '"friction_level": ?"([a-z]*)"', 1), '') AS level,
    coalesce(regexp_extract(inputs, '"segment": ?"((?:[^"\\]|\\.)*)"', 1), '') AS segment,
    coalesce(regexp_extract(inputs, '"lifecycle": ?"((?:[^"\\]|\\.)*)"', 1), '') AS lifecycle,
    coalesce(regexp_extract(inputs, '"locale": ?"((?:[^"\\]|\\.)*)"', 1), '') AS locale,
    coalesce(regexp_extract(inputs, '"country": ?"((?:[^"\\]|\\.)*)"', 1), '') AS country,
    coalesce(regexp_extract(inputs, '"device": ?"((?:[^"\\]|\\.)*)"', 1), '') AS device
  FROM asking
  WHERE nth = 1
),
later AS (
  SELECT
    moment.subject_key,
    concat(decision.time, decision.decision_id) AS place,
    decision.time,
    decision.instant,
    decision.kind,
    decision.choice,
    decision.reason_code,
    decision.inputs,
    decision.kind = 'contact' AND decision.choice IN ('sent', 'uncertain') AND decision.touch > 0 AS contacted,
    decision.kind = 'contact' AND decision.choice = 'held' AS held,
    decision.choice IN ('withheld', 'end', 'skip', 'failed', 'withdrawn') AS refused,
    (decision.kind = 'escalation' AND decision.choice IN ('opened', 'joined'))
      OR (decision.kind = 'outcome' AND decision.choice = 'case_opened') AS called,
    decision.kind = 'outcome' AND decision.choice IN ('ordered', 'helpful', 'replied') AS helped,
    decision.kind = 'outcome'
      AND decision.choice IN ('unsubscribed', 'complained', 'not_helpful', 'snoozed') AS harmed
  FROM moment
  JOIN decision
    ON moment.subject_key = decision.subject_key
    AND moment.journey_id = decision.journey_id
    AND moment.time <= decision.time
    AND moment.decision_id <> decision.decision_id
  WHERE decision.copy = 1
),
followed AS (
  SELECT
    subject_key,
    min_by(inputs, place) FILTER (WHERE contacted) AS contact,
    min_by(instant, place) FILTER (WHERE contacted) AS contacted_at,
    max(CASE WHEN contacted AND (inputs LIKE '%"offer":true%' OR inputs LIKE '%"offer": true%') THEN 1 ELSE 0 END) AS offered,
    min_by(reason_code, place) FILTER (WHERE held) AS held_because,
    max_by(reason_code, place) FILTER (WHERE refused) AS refused_because,
    min_by(reason_code, place) FILTER (WHERE called) AS called_because,
    max(CASE WHEN helped THEN 1 ELSE 0 END) AS helped,
    max(CASE WHEN harmed THEN 1 ELSE 0 END) AS harmed
  FROM later
  GROUP BY subject_key
),
person AS (
  SELECT
    moment.playbook,
    moment.level,
    moment.segment,
    moment.lifecycle,
    moment.locale,
    moment.country,
    moment.device,
    contact IS NOT NULL AS contacted,
    coalesce(regexp_extract(contact, '"channel": ?"([a-z_]*)"', 1), '') AS channel,
    coalesce(regexp_extract(contact, '"tone": ?"([a-z_]*)"', 1), '') AS tone,
    floor(date_diff('second', moment.instant, contacted_at) / 3600.0) AS hours,
    coalesce(held_because, '') AS held_because,
    coalesce(offered, 0) AS offered,
    CASE WHEN moment.choice = 'handed_over' THEN moment.reason_code ELSE called_because END AS called_because,
    coalesce(refused_because, CASE WHEN moment.choice = 'withheld' THEN moment.reason_code END, '') AS refused_because,
    coalesce(helped, 0) AS helped,
    coalesce(harmed, 0) AS harmed
  FROM moment
  LEFT JOIN followed
    ON moment.subject_key = followed.subject_key
),
compared AS (
  SELECT
    dimension.name AS dimension,
    CASE dimension.name
      WHEN 'segment' THEN segment
      WHEN 'lifecycle' THEN lifecycle
      WHEN 'locale' THEN locale
      WHEN 'country' THEN country
      WHEN 'device' THEN device
      ELSE channel
    END AS people_group,
    playbook,
    level,
    measure.name AS measure,
    CASE measure.name
      WHEN 'tone' THEN tone
      WHEN 'delay' THEN CAST(CAST(hours AS bigint) AS varchar)
      WHEN 'offer' THEN CASE WHEN offered = 1 THEN 'yes' ELSE 'no' END
      WHEN 'silence' THEN CASE WHEN NOT contacted AND called_because IS NULL THEN 'yes' ELSE 'no' END
      WHEN 'escalation' THEN CASE WHEN called_because IS NOT NULL THEN 'yes' ELSE 'no' END
      WHEN 'helpful' THEN CASE WHEN helped = 1 AND harmed = 0 THEN 'yes' ELSE 'no' END
      ELSE CASE WHEN harmed = 1 THEN 'yes' ELSE 'no' END
    END AS outcome,
    CASE measure.name
      WHEN 'delay' THEN held_because
      WHEN 'silence' THEN CASE WHEN NOT contacted AND called_because IS NULL THEN refused_because ELSE '' END
      WHEN 'escalation' THEN coalesce(called_because, '')
      ELSE ''
    END AS cause
  FROM person
  CROSS JOIN (
    VALUES ('segment'), ('lifecycle'), ('locale'), ('country'), ('device'), ('channel')
  ) AS dimension (name)
  CROSS JOIN (
    VALUES ('tone'), ('delay'), ('offer'), ('silence'), ('escalation'), ('helpful'), ('harm')
  ) AS measure (name)
  WHERE contacted
    OR (measure.name IN ('silence', 'escalation') AND dimension.name <> 'channel')
)
SELECT
  dimension,
  people_group,
  playbook,
  level,
  measure,
  outcome,
  cause,
  count(*) AS people
FROM compared
GROUP BY dimension, people_group, playbook, level, measure, outcome, cause
ORDER BY dimension, people_group, playbook, level, measure, outcome, cause
