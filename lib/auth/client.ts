// The browser's side of signing in: each verified step answers a ticket, and the handshake turns it into the cookie.
import { api } from "@/lib/http/client";
import {
  credentialsAnswer,
  doneAnswer,
  enrolAnswer,
  guidanceAnswer,
  linkAnswer,
  recoveryCodesAnswer,
  stepUpAnswer,
  ticketAnswer,
  type CodeStep,
  type EnrolAnswer,
  type GuidanceAnswer,
  type InvitationAccept,
  type LinkAnswer,
  type LinkGuidanceInput,
  type LinkLook,
  type PasswordChange,
  type PasswordStep,
  type RecoveryCodesAnswer,
  type RecoveryStep,
  type ResetAccept,
  type StepUpAnswer,
  type StepUpInput,
  type TicketAnswer,
} from "./contract.ts";
import { handIn } from "./passkey-client.ts";

export {
  addPasskeyMutation,
  DeviceError,
  passkeysQuery,
  removePasskeyMutation,
  renamePasskeyMutation,
  signed,
  signInAtDoor,
  signInWithPasskey,
  stepUpWithPasskey,
} from "./passkey-client.ts";
export { endOtherSessionsMutation, endSessionMutation, endSessionsOfMutation, sessionsOfQuery, sessionsQuery } from "./session-client.ts";

type Next = TicketAnswer["next"];

/** First step; answers where to go next. */
export async function signInWithPassword(step: PasswordStep): Promise<Next> {
  return handIn(await api.post("/api/sign-in/password", step, ticketAnswer));
}

/** Second step; answers where to go next. */
export async function signInWithCode(step: CodeStep): Promise<Next> {
  return handIn(await api.post("/api/sign-in/second-factor", step, ticketAnswer));
}

export function startEnrolment(): Promise<EnrolAnswer> {
  return api.post("/api/sign-in/enrol", {}, enrolAnswer);
}

/** Shows a code for one kind of act. The dialog of the shell calls it; requests that need it are repeated by themselves. */
export function stepUpWithCode(input: StepUpInput): Promise<StepUpAnswer> {
  return api.post("/api/step-up", input, stepUpAnswer);
}

/** Second step without the phone; answers where to go next. */
export async function signInWithRecoveryCode(step: RecoveryStep): Promise<Next> {
  return handIn(await api.post("/api/sign-in/recovery", step, ticketAnswer));
}

/** Whose link this is and what it needs. The token goes in the body: an address is logged, a body is not. */
export function lookAtLink(given: LinkLook): Promise<LinkAnswer> {
  return api.post("/api/one-time-links/look", given, linkAnswer);
}

/** What is wrong with a password before it is set; for whoever is signed in. */
export function guideOwnPassword(password: string, signal: AbortSignal): Promise<GuidanceAnswer> {
  return api.post("/api/password/guidance", { password }, guidanceAnswer, { signal });
}

/** As `guideOwnPassword`, for whoever holds a link. */
export function guideLinkPassword(given: LinkGuidanceInput, signal: AbortSignal): Promise<GuidanceAnswer> {
  return api.post("/api/one-time-links/guidance", given, guidanceAnswer, { signal });
}

/** Sets the first password; answers where to go next. */
export async function acceptInvitation(given: InvitationAccept): Promise<Next> {
  return handIn(await api.post("/api/invitation", given, ticketAnswer));
}

export async function forgotPassword(email: string): Promise<void> {
  await api.post("/api/password/forgotten", { email }, doneAnswer);
}

export async function acceptReset(given: ResetAccept): Promise<void> {
  await api.post("/api/password/reset", given, doneAnswer);
}

export async function changePassword(given: PasswordChange): Promise<void> {
  await api.post("/api/password/change", given, doneAnswer);
}

/** Ten fresh codes; the server keeps none of them, so show them at once. */
export function makeRecoveryCodes(): Promise<RecoveryCodesAnswer> {
  return api.post("/api/recovery-codes", {}, recoveryCodesAnswer);
}

/** A key for another phone; needs the step-up `factor`. */
export function startReplacement(): Promise<EnrolAnswer> {
  return api.post("/api/authenticator", {}, enrolAnswer);
}

export async function confirmReplacement(step: CodeStep): Promise<void> {
  await api.post("/api/authenticator/confirm", step, doneAnswer);
}

export const credentialsQuery = { queryKey: ["credentials"], queryFn: () => api.get("/api/me/credentials", credentialsAnswer) } as const;
