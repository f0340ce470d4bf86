import { readFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";

/** In a test and in a measurement one process is web and worker, so the web's role is given whatever only the worker's may do. */
export async function asOneProcess(ownerUrl: string): Promise<void> {
  const owner = postgres(ownerUrl, { max: 1, onnotice: () => undefined });
  try {
    // Asked of the database, so that db/rules/90-grants.sql stays the one place that knows.
    await owner.unsafe(`
      do $$
      declare
        missing text;
      begin
        for missing in
          select format('grant %s on public.%I to countersign_app', may, tablename)
          from pg_tables, unnest(array['insert', 'update', 'delete']) may
          where schemaname = 'public' and has_table_privilege('countersign_jobs', format('public.%I', tablename), may)
            and not has_table_privilege('countersign_app', format('public.%I', tablename), may)
          union all
          select format('grant execute on function %s to countersign_app', oid::regprocedure) from pg_proc
          where pronamespace = 'public'::regnamespace and has_function_privilege('countersign_jobs', oid, 'execute')
            and not has_function_privilege('countersign_app', oid, 'execute')
        loop
          execute missing;
        end loop;
      end $$`);
  } finally {
    await owner.end({ timeout: 5 });
  }
}

/** Takes that back: the two roles as every migration leaves them. */
export async function asTwoProcesses(owner: postgres.Sql): Promise<void> {
  await owner.unsafe(readFileSync(join(process.cwd(), "db", "rules", "90-grants.sql"), "utf8"));
}
