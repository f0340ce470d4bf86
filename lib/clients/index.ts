// Programs that may call /api/v1: who answers for them, what they may do, and how a signed request becomes an actor.
import "server-only";

export { answerOnce, type Answer } from "./answers.ts";
export { createClient, disableClient, enableClient, rotateClient } from "./commands.ts";
export { clientSweeps } from "./events.ts";
export { actorNames, findActors, getClient, listClients, listOwners, makersOfClient } from "./queries.ts";
export { requireMayCall, verifyCall, type KnownCall } from "./verify.ts";
