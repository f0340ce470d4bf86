// The browser's side of signing in: each verified step answers a ticket, and the handshake turns it into the cookie.
import { api } from "@/lib/http/client";
import {
  csrfAnswer,
  doneAnswer,
  enrolAnswer,
  stepUpAnswer,
  ticketAnswer,
  type CodeStep,
  type EnrolAnswer,
  type PasswordStep,
  type StepUpAnswer,
  type StepUpInput,
  type TicketAnswer,
} from "./contract.ts";

type Next = TicketAnswer["next"];

async function handIn({ ticket, next }: TicketAnswer): Promise<Next> {
  const { csrfToken } = await api.get("/api/auth/csrf", csrfAnswer);
  await api.post("/api/auth/callback/ticket", { csrfToken, ticket, json: "true" }, doneAnswer);
  return next;
}

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
