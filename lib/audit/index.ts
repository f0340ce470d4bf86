// The trail: who did or tried what, why, and the proofs that nobody changed it afterwards.
import "server-only";

export { recordAudit, recordDenial, type AuditEntry, type AuditFields, type AuditValue } from "./commands.ts";
