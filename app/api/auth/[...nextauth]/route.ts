import { handshake } from "@/lib/auth";
import { guarded } from "@/lib/edge";

/** Public, and not a `defineRoute`: the handshake has its own list of paths, origin check and ticket. */
const door = guarded("guest", handshake);

export const GET = door;
export const POST = door;
