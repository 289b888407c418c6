-- Every decision once, however often the log holds it. For questions of your own; it reads the whole log, because a view
-- cannot pass the days that are asked for on to the copies it compares. The named queries narrow the days first.
SELECT
  decision_id, time, kind, subject_key, journey_id, playbook, playbook_version, touch, choice, reason_code, reasons, inputs,
  options, automated, dry_run, model_version, code_version, expires_at, schema_version, defects, dt
FROM (
  SELECT *, row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
) AS copies
WHERE copy = 1
