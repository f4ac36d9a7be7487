-- seed-defects 1.4 #6: the service role is named by TO, not by a column that is not there

-- on the seed:
CREATE POLICY "Service role only" ON webhook_events FOR ALL USING (role = 'service_role');
-- on ours:
DO $$
BEGIN
  IF NOT coalesce((SELECT count(*) = 1
      FROM pg_policies WHERE schemaname = current_schema() AND tablename = 'webhook_events' AND cmd = 'ALL' AND roles = '{service_role}'), false) THEN
    RAISE EXCEPTION 'defect: webhook_events has no policy for the service role';
  END IF;
END
$$;
