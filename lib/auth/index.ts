// Who you are: passwords, second factors, sessions, role grants. The rows here are the truth; the cookie only names one.
import "server-only";

export { bloomOf, encodeBloom, ownListPath } from "./breached.ts";
export { deviceOf } from "./device.ts";
export { enrol, secondStep, signInWithCode, signInWithPassword, signOut } from "./commands.ts";
export { authSweeps } from "./events.ts";
export { toSignIn, toSignPayout, type FactorUse } from "./factor-use.ts";
export { handshake } from "./handshake.ts";
export { seenInHistory, signInInHistory } from "./history.ts";
export { payoutFreezeOf, freezePayoutRights } from "./freezes.ts";
export { resetFactors } from "./factor-reset.ts";
export { issueLink, peekLink, redeemLink, type IssuedLink } from "./links.ts";
export { answersForClient, endOpenGrants, endRole, grantRole, keysOf, lockPerson, requireMayAnswer, type NewGrant } from "./grants.ts";
export { assertPasskey, consumePasskey, hasPasskey, signingOptions, type CheckedPasskey } from "./passkey-assertions.ts";
export { passkeyAtDoor, passkeySecondStep, signInAtDoor, signInWithPasskey } from "./passkey-sign-in.ts";
export { addPasskey, listPasskeys, removePasskey, renamePasskey, startPasskey } from "./passkeys.ts";
export { addInvited, createPerson, disablePerson, enablePerson, letLieDormant, type NewPerson } from "./people.ts";
export { acceptInvitation, acceptReset, changePassword, getCredentials, guideLinkPassword, guideOwnPassword, lookAtLink } from "./password-commands.ts";
export { requestReset } from "./reset-request.ts";
export { countPeopleWith, findPeople, getMe, peopleNames } from "./queries.ts";
export { confirmReplacement, startReplacement } from "./replace-app.ts";
export { makeRecoveryCodes, signInWithRecoveryCode } from "./recovery.ts";
export { askUse, checkCode, consumeCode, spendingCode, type CheckedCode } from "./second-factor.ts";
export { authenticate, findSession, type Session } from "./sessions.ts";
export { endOtherSessions, endOwnSession, endSessionsByAdmin, endSessionsOf, listSessions, sessionClock, sessionsOf, type PlaceOf } from "./session-list.ts";
export { requireStepUp, stepUp, stepUpOptions } from "./step-up.ts";
export { dropSessionCookie, readDeviceCookie, readDoorCookie, writeDeviceCookie, writeDoorCookie, writeSessionCookie } from "./cookies.ts";
export { sessionsThatMay } from "./watch.ts";
