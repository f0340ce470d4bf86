import * as z from "zod/mini";
import { permissionList, roles } from "@/lib/access";
import { whyWire } from "@/lib/why";

export const passwordLength = { min: 15, max: 128 } as const;

/** Room is counted in characters as people see them, so that an emoji is one and not two. */
export const typedPassword = z.string().check(
  z.minLength(1),
  z.refine((text) => Array.from(text).length <= passwordLength.max, `At most ${passwordLength.max} characters.`),
);

export const linkPurposes = ["invitation", "reset"] as const;
export type LinkPurpose = (typeof linkPurposes)[number];

export const freezeReasons = ["recovery_code", "factors_reset"] as const;
export type FreezeReason = (typeof freezeReasons)[number];

export const passwordStep = z.strictObject({
  email: z.string().check(z.trim(), z.minLength(3), z.maxLength(254)),
  password: typedPassword,
});
export type PasswordStep = z.infer<typeof passwordStep>;

/** ASCII digits only: other scripts' digits pass `\d` in some engines and number parsers. */
export const codeShape = z.string().check(z.regex(/^[0-9]{6}$/, "Six digits."));

export const codeStep = z.strictObject({ code: codeShape });
export type CodeStep = z.infer<typeof codeStep>;

export const emptyBody = z.strictObject({});

/** A single-use ticket, good for a minute, that the cookie handshake turns into a session cookie. */
export const ticketAnswer = z.object({ ticket: z.string(), next: z.enum(["/two-factor", "/recovery-codes", "/overview"]) });
export type TicketAnswer = z.infer<typeof ticketAnswer>;

/** What a person needs to add this desk to an authenticator app; shown once, before the first code confirms it. */
export const enrolAnswer = z.object({ secret: z.string(), qrSvg: z.string() });
export type EnrolAnswer = z.infer<typeof enrolAnswer>;

/** next-auth's double-submit token, asked for right before the ticket is handed in. */
export const csrfAnswer = z.object({ csrfToken: z.string() });

export const doneAnswer = z.object({ done: z.literal(true) });

export const meAnswer = z.object({
  userId: z.string(),
  name: z.string(),
  email: z.string(),
  roles: z.array(z.enum(roles)),
  permissions: z.array(z.enum(permissionList)),
});
export type Me = z.infer<typeof meAnswer>;

/** Kinds of acts that ask for a fresh factor, shown in this session for this kind within the last five minutes. */
export const stepUpActs = ["reveal", "export", "role", "key", "ip_rule", "settings", "factor"] as const;
export type StepUpAct = (typeof stepUpActs)[number];

const base64url = (max: number) => z.string().check(z.regex(/^[A-Za-z0-9_-]+$/), z.maxLength(max));
const extensions = z.optional(z.record(z.string().check(z.maxLength(50)), z.unknown()));

/** What a device answers when asked to sign, as the browser writes it; what else it says is dropped. */
export const assertionShape = z.object({
  id: base64url(1400),
  rawId: base64url(1400),
  type: z.literal("public-key"),
  response: z.object({ clientDataJSON: base64url(4000), authenticatorData: base64url(4000), signature: base64url(4000), userHandle: z.optional(base64url(100)) }),
  clientExtensionResults: extensions,
});
export type Assertion = z.infer<typeof assertionShape>;

/** What a device answers when it has made a new key. */
export const attestationShape = z.object({
  id: base64url(1400),
  rawId: base64url(1400),
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON: base64url(4000),
    attestationObject: base64url(24_000),
    transports: z.optional(z.array(z.string().check(z.maxLength(20))).check(z.maxLength(10))),
  }),
  clientExtensionResults: extensions,
});
export type Attestation = z.infer<typeof attestationShape>;

/** What the browser hands to the device; its inside is the library's business. */
export const deviceOptions = z.record(z.string(), z.unknown());
export type DeviceOptions = z.infer<typeof deviceOptions>;

export const passkeyName = z.string().check(z.trim(), z.minLength(1, "Give it a name."), z.maxLength(60));

export const addPasskeyInput = z.strictObject({ name: passkeyName, response: attestationShape });
export type AddPasskeyInput = z.infer<typeof addPasskeyInput>;
export const renamePasskeyInput = z.strictObject({ name: passkeyName });
export const passkeyStep = z.strictObject({ response: assertionShape });
export type PasskeyStep = z.infer<typeof passkeyStep>;

const passkeyItem = z.object({
  id: z.string(),
  name: z.string(),
  /** Whether its owner's other devices have it too. */
  synced: z.boolean(),
  createdAt: z.string(),
  lastUsedAt: z.nullable(z.string()),
});
export type PasskeyItem = z.infer<typeof passkeyItem>;
/** One's passkeys, and why (if so) none of them may be removed now. */
export const passkeyList = z.object({ items: z.array(passkeyItem), keepReasons: z.array(z.object({ code: z.string(), sentence: z.string(), wayOut: z.optional(z.string()) })) });
export type PasskeyList = z.infer<typeof passkeyList>;
export const passkeyAnswer = z.object({ id: z.string(), name: z.string() });
export type PasskeyAnswer = z.infer<typeof passkeyAnswer>;

export const stepUpStart = z.strictObject({ act: z.enum(stepUpActs) });

/** One of the two, never both. */
export const stepUpInput = z.union([z.strictObject({ act: z.enum(stepUpActs), code: codeShape }), z.strictObject({ act: z.enum(stepUpActs), passkey: assertionShape })]);
export type StepUpInput = z.infer<typeof stepUpInput>;

export const stepUpAnswer = z.object({ act: z.enum(stepUpActs), until: z.string() });
export type StepUpAnswer = z.infer<typeof stepUpAnswer>;

/** 80 bits in Crockford's base32; case, spaces and dashes are the person's own. ASCII only. */
export const recoveryCodeShape = z.string().check(z.regex(/^(?:[ -]*[0-9A-Za-z]){16}[ -]*$/, "Sixteen letters and digits."), z.maxLength(60));

export const recoveryStep = z.strictObject({ recoveryCode: recoveryCodeShape });
export type RecoveryStep = z.infer<typeof recoveryStep>;

export const recoveryCodesAnswer = z.object({ codes: z.array(z.string()) });
export type RecoveryCodesAnswer = z.infer<typeof recoveryCodesAnswer>;

export const passwordChange = z.strictObject({ current: typedPassword, next: typedPassword, code: codeShape });
export type PasswordChange = z.infer<typeof passwordChange>;

const token = z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/, "Not a link of ours."));

export const guidanceInput = z.strictObject({ password: typedPassword });

export const linkLook = z.strictObject({ token, purpose: z.enum(linkPurposes) });
export type LinkLook = z.infer<typeof linkLook>;

const personName = z.string().check(
  z.trim(),
  z.minLength(2),
  z.maxLength(80),
  z.refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), "A name is one line of text."),
);

export const linkGuidanceInput = z.strictObject({ token, purpose: z.enum(linkPurposes), password: typedPassword, name: z.optional(z.string().check(z.maxLength(80))) });
export type LinkGuidanceInput = z.infer<typeof linkGuidanceInput>;

const shownReason = z.object({ code: z.string(), sentence: z.string(), wayOut: z.optional(z.string()) });

/** What is wrong with a password, and how hard it is to guess, 0 to 4. */
export const guidanceAnswer = z.object({ acceptable: z.boolean(), reasons: z.array(shownReason), score: z.int().check(z.gte(0), z.lte(4)) });
export type GuidanceAnswer = z.infer<typeof guidanceAnswer>;

/** What whoever holds a link may know: whose it is, who gave it, what it needs. */
export const linkAnswer = z.object({
  name: z.string(),
  email: z.string(),
  issuedBy: z.string(),
  roles: z.array(z.enum(roles)),
  expiresAt: z.string(),
  /** Whether setting the password also takes a second factor. */
  needsCode: z.boolean(),
});
export type LinkAnswer = z.infer<typeof linkAnswer>;

export const invitationAccept = z.strictObject({ token, name: personName, password: typedPassword });
export type InvitationAccept = z.infer<typeof invitationAccept>;

export const resetRequest = z.strictObject({ email: z.string().check(z.trim(), z.minLength(3), z.maxLength(254)) });
export type ResetRequest = z.infer<typeof resetRequest>;

export const resetAccept = z.strictObject({ token, password: typedPassword, code: z.optional(codeShape), recoveryCode: z.optional(recoveryCodeShape) });
export type ResetAccept = z.infer<typeof resetAccept>;

/** How a person stands with what they sign in with. */
export const credentialsAnswer = z.object({
  passwordChangedAt: z.nullable(z.string()),
  /** When the present authenticator app was added; null without one. */
  appSince: z.nullable(z.string()),
  recoveryCodesLeft: z.int(),
  recoveryCodesMadeAt: z.nullable(z.string()),
});
export type CredentialsAnswer = z.infer<typeof credentialsAnswer>;

/** Everything open in one person's name. */
export const sessionList = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      device: z.string(),
      ip: z.nullable(z.string()),
      country: z.nullable(z.string()),
      factor: z.nullable(z.enum(["totp", "passkey", "recovery_code"])),
      startedAt: z.string(),
      lastSeenAt: z.string(),
      endsAt: z.string(),
      current: z.boolean(),
    }),
  ),
});
export type SessionList = z.infer<typeof sessionList>;
export type SessionItem = SessionList["items"][number];

export const endedSessions = z.object({ ended: z.int() });
export type EndedSessions = z.infer<typeof endedSessions>;

export const endSessionsInput = z.strictObject({
  sessionId: z.string().check(z.regex(/^(?:all|ses_[0-9a-z]{26})$/, "a session, or all")),
  reason: whyWire(),
});
export type EndSessionsInput = z.infer<typeof endSessionsInput>;

/** Seconds until the session ends without an act of its person, and at the latest. */
export { sessionClockAnswer, type SessionClock } from "./clock-client.ts";

export const sessionAddress = z.strictObject({ id: z.string().check(z.maxLength(40)) });
export const passkeyAddress = z.strictObject({ id: z.string().check(z.maxLength(40)) });
export const personAddress = z.strictObject({ id: z.string().check(z.maxLength(40)) });
