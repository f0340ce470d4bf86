import { handshake } from "@/lib/auth";

/** Public, and not a `defineRoute`: the handshake has its own list of paths, origin check and ticket. */
export const GET = handshake;
export const POST = handshake;
