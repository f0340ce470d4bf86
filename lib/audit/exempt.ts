/** Tables whose rows may be written without an audit row in the same transaction, because they change no business state. */
export const auditExempt: Readonly<Record<string, string>> = {
  auth_sessions: "session activity: the time of the last request; opening and ending are audited",
  auth_tickets: "the sign-in's hand-over to the cookie; the sign-in is audited",
  auth_limits: "limiter: failure counters",
  heartbeats: "signs of life",
  webhook_events: "inbox: deliveries as received; what they change is audited",
  jobs: "queue bookkeeping: nudges",
  audit_seals: "sealing",
  audit_heads: "sealing",
  audit_sealer: "sealing",
  vault_keys: "the first keyset, made before anything can be audited with it",
  installation: "the mark of a new database",
};
