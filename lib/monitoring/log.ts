import pino from "pino";

// Names that may hold secrets or personal data, wherever they appear in a logged object.
const redacted = ["password", "code", "secret", "token", "authorization", "cookie", "email", "phone", "vpa", "account", "name"];

/** The process's structured log on standard output. Log ids and codes, never what people typed. */
export const log = pino({
  level: "info",
  base: { part: "countersign" },
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: { paths: redacted.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: "[redacted]" },
  serializers: { error: describeError },
});

/** Applies the configured level; a process calls it once it knows its configuration. */
export function setLogLevel(level: string): void {
  log.level = level;
}

/** Type, code, message of our own errors and the stack's first lines; never a query's parameters. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = "code" in error ? String(error.code) : undefined;
  const cause = error.cause === undefined ? undefined : describeError(error.cause);
  const message = error.message.split("\nparams:")[0];
  return {
    type: error.name,
    errorCode: code,
    message,
    stack: error.stack
      ?.split("\n")
      .slice(1, 6)
      .map((line) => line.trim()),
    cause,
  };
}
