-- What results and the report are made of: each decision once, person by person, in the order of time.
-- Written in what Athena and the local AWS both understand. domain/results/measures.py works everything out from these rows, so that a
-- figure has one definition, whether it comes from a lake, a file or a test.
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
)
SELECT
  decision_id, time, kind, subject_key, journey_id, playbook,
  CAST(touch AS varchar) AS touch,
  choice, reason_code, inputs,
  lower(CAST(dry_run AS varchar)) AS dry_run
FROM decision
WHERE copy = 1
ORDER BY subject_key, time, decision_id
