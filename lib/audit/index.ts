// The trail: who did or tried what, why, and the proofs that nobody changed it afterwards.
import "server-only";

export { recordAudit, recordDenial, type AuditEntry, type AuditFields, type AuditValue } from "./commands.ts";
export { auditSweeps } from "./events.ts";
export { parseHead } from "./heads-file.ts";
export { provenActs, type ProvenAct } from "./proven.ts";
export { auditChoices, getAuditEvent, listAudit, trailStatus, type NamesOf } from "./queries.ts";
export { readPublicKey } from "./signing.ts";
export { verifyTrail, type VerifyOptions } from "./verify.ts";
export { requestVerification } from "./verification.ts";
