// The browser's side of passkeys: what the server asks is handed to a device, and what the device says is handed back.
import type * as Library from "@simplewebauthn/browser";
import { api } from "@/lib/http/client";
import {
  csrfAnswer,
  deviceOptions,
  doneAnswer,
  passkeyAnswer,
  passkeyList,
  stepUpAnswer,
  ticketAnswer,
  type Assertion,
  type Attestation,
  type DeviceOptions,
  type PasskeyAnswer,
  type StepUpAct,
  type StepUpAnswer,
  type TicketAnswer,
} from "./contract.ts";

/** The device or its owner said no, or this browser knows no passkeys; the message may be shown. */
export class DeviceError extends Error {}

const sentences: Record<string, string> = {
  InvalidStateError: "This device already holds a passkey of yours for this desk.",
  NotSupportedError: "This device cannot make the kind of passkey this desk accepts.",
  SecurityError: "Passkeys work only at the address this desk is known by.",
};

/** Runs one question to a device; the library is fetched at the first one. */
async function askDevice<T>(ask: (library: typeof Library) => Promise<unknown>): Promise<T> {
  const library = await import("@simplewebauthn/browser");
  if (!library.browserSupportsWebAuthn()) throw new DeviceError("This browser knows no passkeys. Use a code instead.");
  try {
    return (await ask(library)) as T;
  } catch (error) {
    throw new DeviceError((error instanceof Error ? sentences[error.name] : undefined) ?? "The device did not sign. Nothing was changed; try again.", { cause: error });
  }
}

// The options are the library's own, carried by the server as they are.
type SignOptions = Parameters<(typeof Library)["startAuthentication"]>[0]["optionsJSON"];
type MakeOptions = Parameters<(typeof Library)["startRegistration"]>[0]["optionsJSON"];

/** Has a device sign what the server handed out; throws `DeviceError`. */
export const signed = (options: DeviceOptions): Promise<Assertion> =>
  askDevice(({ startAuthentication }) => startAuthentication({ optionsJSON: options as unknown as SignOptions }));
const made = (options: DeviceOptions): Promise<Attestation> => askDevice(({ startRegistration }) => startRegistration({ optionsJSON: options as unknown as MakeOptions }));

async function signInAt(path: string): Promise<TicketAnswer["next"]> {
  const response = await signed(await api.post(path, {}, deviceOptions));
  return handIn(await api.post(`${path}/answer`, { response }, ticketAnswer));
}

/** Turns a verified step's ticket into the cookie; answers where to go next. */
export async function handIn({ ticket, next }: TicketAnswer): Promise<TicketAnswer["next"]> {
  const { csrfToken } = await api.get("/api/auth/csrf", csrfAnswer);
  await api.post("/api/auth/callback/ticket", { csrfToken, ticket, json: "true" }, doneAnswer);
  return next;
}

/** Second step with a passkey; answers where to go next. */
export const signInWithPasskey = (): Promise<TicketAnswer["next"]> => signInAt("/api/sign-in/second-factor/passkey");

/** Both steps at once with a passkey; answers where to go next. */
export const signInAtDoor = (): Promise<TicketAnswer["next"]> => signInAt("/api/sign-in/passkey");

/** Shows a passkey for one kind of act. */
export async function stepUpWithPasskey(act: StepUpAct): Promise<StepUpAnswer> {
  const passkey = await signed(await api.post("/api/step-up/passkey", { act }, deviceOptions));
  return api.post("/api/step-up", { act, passkey }, stepUpAnswer);
}

export const passkeysQuery = { queryKey: ["passkeys"] as const, queryFn: () => api.get("/api/passkeys", passkeyList) };

export const addPasskeyMutation = {
  mutationFn: async ({ name }: { name: string }): Promise<PasskeyAnswer> => {
    const response = await made(await api.post("/api/passkeys/start", {}, deviceOptions));
    return api.post("/api/passkeys", { name, response }, passkeyAnswer);
  },
};
export const renamePasskeyMutation = { mutationFn: ({ id, name }: { id: string; name: string }) => api.post(`/api/passkeys/${id}/rename`, { name }, passkeyAnswer) };
export const removePasskeyMutation = { mutationFn: ({ id }: { id: string }) => api.post(`/api/passkeys/${id}/remove`, {}, passkeyAnswer) };
