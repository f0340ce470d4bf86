// The words of a posture: what may fail, what a guard may then do, and the sentences many cells share.

export const failures = ["database_down", "worker_down", "vault_key_missing", "gateway_down", "clock_skew", "header_missing", "limiter_store_down"] as const;
export type Failure = (typeof failures)[number];

export const failureLabels: Record<Failure, { label: string; about: string }> = {
  database_down: { label: "Database down", about: "No connection to PostgreSQL can be had, and those there were are cut." },
  worker_down: { label: "Worker down", about: "Nobody runs jobs and sweeps." },
  vault_key_missing: { label: "Vault key missing", about: "The key-encryption key is not the one this database was made with." },
  gateway_down: { label: "Gateway down", about: "Cashfree cannot be reached." },
  clock_skew: { label: "Clock skew", about: "The server's clock and everybody else's are apart." },
  header_missing: { label: "Header missing", about: "What the guard reads from the request is not there." },
  limiter_store_down: { label: "Limiter store down", about: "Attempts can neither be counted nor looked up." },
};

export const postures = ["allow", "hold", "refuse"] as const;
export type Posture = (typeof postures)[number];

export type Cell = { posture: Posture; sentence: string } | { posture: "not_applicable"; sentence: string };

export type Guard = {
  label: string;
  /** What it keeps from happening, in one sentence. */
  about: string;
  /** It stands on the way of money: "allow" is no posture for it. */
  money: boolean;
  /** The functions that are this guard, so that a new one without a posture is found. */
  functions: readonly string[];
  cells: Record<Failure, Cell>;
};

export const allow = (sentence: string): Cell => ({ posture: "allow", sentence });
export const hold = (sentence: string): Cell => ({ posture: "hold", sentence });
export const refuse = (sentence: string): Cell => ({ posture: "refuse", sentence });
export const untouched = (sentence: string): Cell => ({ posture: "not_applicable", sentence });

export const noWorker = untouched("It is asked while the person waits; no job takes part.");
export const noGateway = untouched("It does not ask the gateway.");
export const noVault = untouched("It opens nothing that is sealed.");
export const noClock = untouched("It looks at no clock.");
export const noHeader = untouched("It reads nothing from the request's headers.");
export const noLimiter = untouched("It counts no attempts.");
export const noDatabase = untouched("It looks at the request alone.");

/** One line of the proof, as the fault-injection test writes it. */
export type Proof = { guard: string; failure: string; posture: Posture; test: string; provedOn: string };
