-- decisions_by_kind
-- How many decisions of each kind were made, what was chosen, and how many without a person?
-- Parameters: since (first day, YYYY-MM-DD)
-- In words: Decisions of the kind {kind} that were {choice}: {decisions}, about {customers} customers, {automated} of them without a person.
--
-- Each decision counts once, however often the log holds it. Changes, looks at fairness and versions of the policy are about
-- no customer.
WITH decision AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY decision_id ORDER BY dt) AS copy
  FROM decisions
  WHERE dt >= ?
)
SELECT
  kind,
  choice,
  count(*) AS decisions,
  count(DISTINCT CASE WHEN subject_key NOT IN ('changes', 'fairness', 'policy') THEN subject_key END) AS customers,
  count_if(automated) AS automated,
  count_if(dry_run) AS dry_run
FROM decision
WHERE copy = 1
GROUP BY kind, choice
ORDER BY kind, decisions DESC, choice
