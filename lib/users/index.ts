// People: invited, given roles by two, reviewed, shut out; and who could move money with what they hold.
import "server-only";

export { accessReport, exportReport, whoMovesMoney } from "./access.ts";
export { listChanges } from "./changes.ts";
export { decideChange } from "./commands/decide.ts";
export { handOutReset, inviteAgain, inviteOwner, invitePerson } from "./commands/invite.ts";
export { endPersonRole, proposeFactorReset, proposeRole, withdrawChange } from "./commands/propose.ts";
export { reviewItem, startReview } from "./commands/reviews.ts";
export { letIn, shutOut } from "./commands/standing.ts";
export { userSweeps } from "./events.ts";
export { previewRole } from "./preview.ts";
export { getPerson, listPeople } from "./queries.ts";
export { getReview, listReviews } from "./reviews.ts";
export { waitingForAdmin } from "./waiting.ts";
