// How an attempt ended, as tests say it.
import { isAppError, type AppError } from "@/lib/errors";

/** Why an attempt was refused, or that it was allowed. */
export function kindOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => "allowed",
    (error: unknown) => (isAppError(error) ? error.kind : String(error)),
  );
}

/** The refusal itself; throws when there was none. */
export function refusalOf(attempt: Promise<unknown>): Promise<AppError> {
  return attempt.then(
    () => Promise.reject(new Error("accepted")),
    (error: AppError) => error,
  );
}
