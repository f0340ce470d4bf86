import { requirePermission } from "@/lib/access";
import { config } from "@/lib/config";
import { withTransaction, type Ctx } from "@/lib/context";
import { recordAudit } from "./commands.ts";
import type { VerifyReport } from "./contract.ts";
import { readPublicKey } from "./signing.ts";
import { verifyTrail } from "./verify.ts";

let running: Promise<VerifyReport> | undefined;

/** Verifies the whole trail for a person and records that they did, and what came out. One walk at a time serves all who ask. */
export async function requestVerification(ctx: Ctx): Promise<VerifyReport> {
  requirePermission(ctx.actor, "audit.verify");
  running ??= walk().finally(() => {
    running = undefined;
  });
  const report = await running;
  await withTransaction(ctx, (tx) =>
    recordAudit(tx, {
      verb: "audit.verify",
      objectKind: "trail",
      objectId: report.head?.size ?? "-",
      after: { outcome: report.outcome, covered: report.covered, problems: report.problemsTotal },
    }),
  );
  return report;
}

function walk(): Promise<VerifyReport> {
  const { headsFile, signingKeyFile } = config().audit;
  return verifyTrail({ headsFile, trust: { keys: [readPublicKey(signingKeyFile)], source: signingKeyFile, given: false } });
}
