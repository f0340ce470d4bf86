/** Recorders that write without an audit row, because they change no business state; nothing else may. */
export const auditExempt = {
  "session activity": "the time of a session's last request",
  limiter: "failure counters",
  heartbeat: "signs of life",
  inbox: "webhook deliveries as received; applying one is audited",
  "queue bookkeeping": "jobs are nudges",
  sealing: "the trail's own order and heads",
  "vault keys": "the first keyset, made before anything can be audited with it",
} as const;
