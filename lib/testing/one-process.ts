import postgres from "postgres";

/** In a test and in a measurement one process is web and worker, so the web's role is given back what only the worker's may do. */
export async function asOneProcess(ownerUrl: string): Promise<void> {
  const owner = postgres(ownerUrl, { max: 1, onnotice: () => undefined });
  try {
    await owner.unsafe(`
      grant insert on public.payout_attempts, public.audit_seals, public.audit_heads, public.audit_sealer to countersign_app;
      grant update on public.audit_sealer, public.jobs, public.webhook_events to countersign_app;
      grant delete on public.jobs to countersign_app;
      grant execute on function count_ledger(int) to countersign_app`);
  } finally {
    await owner.end({ timeout: 5 });
  }
}
