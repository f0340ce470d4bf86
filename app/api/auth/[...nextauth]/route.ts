import { handshake } from "@/lib/auth";
import { guarded } from "@/lib/edge";
import { otherMethods } from "@/lib/http/methods";

/** Public, and not a `defineRoute`: the handshake has its own list of paths, origin check and ticket. */
const door = guarded("guest", handshake);

export const GET = door;
export const POST = door;

export const { HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods({ GET, POST });
