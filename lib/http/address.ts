/**
 * The caller's address for records. Forwarded headers are client-sent and prove nothing until trusted hops are
 * configured, and the framework does not expose the socket: so until then it is null, "unknown".
 */
export function clientIp(request: Request): string | null {
  void request;
  return null;
}
