-- Which of the views refreshed through pgdeck are older than a manifest allows them to be; one without a limit always is.
SELECT
  r.schema,
  r.view,
  pg_catalog.date_part('epoch', r.at)::text,
  r.changes::text,
  (b.budget IS NULL OR pg_catalog.now() - r.at > b.budget)::text
FROM refreshes AS r
LEFT JOIN budgets AS b ON b.schema = r.schema AND b.view = r.view
