/** The closed list of things that can go wrong, each with the HTTP status it answers. */
export const errorStatus = {
  bad_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  gone: 410,
  too_large: 413,
  unsupported_media_type: 415,
  unprocessable: 422,
  too_many_requests: 429,
  internal: 500,
  bad_gateway: 502,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof errorStatus;

/** One failing predicate: a stable code, a sentence for the person, and the way out if there is one. */
export type Reason = { code: string; sentence: string; wayOut?: string };

/** The pure answer of every policy. */
export type Decision = { allowed: true } | { allowed: false; reasons: Reason[] };

/** Every reason against it; none when it is allowed. */
export function whyNot(decision: Decision): readonly Reason[] {
  return decision.allowed ? [] : decision.reasons;
}

/** Allowed unless something speaks against it. */
export function unless(reasons: Reason[]): Decision {
  return reasons.length === 0 ? { allowed: true } : { allowed: false, reasons };
}

type Extra = { reasons?: Reason[]; retryAfterSeconds?: number; detail?: Record<string, string>; cause?: unknown };

/** The only error whose message may reach a person. `code` decides the status, `kind` says which case it was. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly kind: string;
  readonly reasons: Reason[];
  readonly retryAfterSeconds: number | undefined;
  readonly detail: Record<string, string>;

  // oxlint-disable-next-line max-params -- thrown everywhere; code, kind and sentence read best in line
  constructor(code: ErrorCode, kind: string, sentence: string, extra: Extra = {}) {
    super(sentence, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.name = "AppError";
    this.code = code;
    this.kind = kind;
    this.reasons = extra.reasons ?? [];
    this.retryAfterSeconds = extra.retryAfterSeconds;
    this.detail = extra.detail ?? {};
  }
}

export function isAppError(error: unknown, kind?: string): error is AppError {
  return error instanceof AppError && (kind === undefined || error.kind === kind);
}

/** Zero rows from a conditional write: someone else was first. */
export function conflict(kind: string, sentence: string, extra: Extra = {}): AppError {
  return new AppError("conflict", kind, sentence, extra);
}

/** Throws the decision's reasons as one refusal; `code` is `forbidden` for access and `conflict` for state. */
export function refuseUnless(decision: Decision, code: ErrorCode, kind: string): void {
  if (decision.allowed) return;
  const sentence = decision.reasons.map((reason) => reason.sentence).join(" ");
  throw new AppError(code, kind, sentence, { reasons: decision.reasons });
}

/** Marks code that types say cannot run. */
export function unreachable(value: never): never {
  throw new AppError("internal", "unreachable", `Unexpected value ${String(value)}.`);
}
