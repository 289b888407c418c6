-- What results and the report are made of: each decision once, person by person, in the order of time.
-- Written in what Athena and the local AWS both understand. domain/results/measures.py works everything out from these rows, so that a
-- figure has one definition, whether it comes from a lake, a file or a test.
-- What a merge lets follow under another subject is put beside the moment that it followed from: domain/results/people.py, by_journey.
-- :since, :until and :arrived are filled with dates by the adapter, and with nothing else.
WITH decision AS (
  SELECT
    decision_id, time, kind, subject_key, journey_id, playbook, touch, choice, reason_code, inputs, dry_run,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ':arrived'
    AND time >= ':since'
    AND time <= ':until'
    AND kind IN ('moment', 'tone', 'contact', 'outcome', 'escalation', 'consent')
),
once AS (
  SELECT
    *,
    first_value(subject_key) OVER (
      PARTITION BY coalesce(nullif(journey_id, ''), decision_id)
      ORDER BY CASE kind WHEN 'moment' THEN 0 ELSE 1 END, time, decision_id
    ) AS began_for
  FROM decision
  WHERE copy = 1
)
SELECT
  decision_id, time, kind, began_for AS subject_key, journey_id, playbook,
  CAST(touch AS varchar) AS touch,
  choice, reason_code, inputs,
  lower(CAST(dry_run AS varchar)) AS dry_run
FROM once
ORDER BY began_for, time, decision_id
