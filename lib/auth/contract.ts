import * as z from "zod/mini";
import { permissionList, roles } from "@/lib/access";

export const passwordLength = { min: 15, max: 128 } as const;

/** Room is counted in characters as people see them, so that an emoji is one and not two. */
export const typedPassword = z.string().check(
  z.minLength(1),
  z.refine((text) => Array.from(text).length <= passwordLength.max, `At most ${passwordLength.max} characters.`),
);

export const linkPurposes = ["invitation", "reset"] as const;
export type LinkPurpose = (typeof linkPurposes)[number];

export const freezeReasons = ["recovery_code", "factors_reset", "new_factor", "password_reset"] as const;
export type FreezeReason = (typeof freezeReasons)[number];

/** Settings of this room; lib/settings lists them among its own. */
export const authSettingShapes = {
  /** Whether a new password must hold a letter and a digit, as PCI DSS 8.3.6 asks and ASVS 6.2.5 advises against. */
  passwordLettersAndDigits: z._default(z.boolean(), false),
} as const;

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
export const ticketAnswer = z.object({ ticket: z.string(), next: z.enum(["/two-factor", "/overview"]) });
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

export const stepUpInput = z.strictObject({ act: z.enum(stepUpActs), code: codeShape });
export type StepUpInput = z.infer<typeof stepUpInput>;

export const stepUpAnswer = z.object({ act: z.enum(stepUpActs), until: z.string() });
export type StepUpAnswer = z.infer<typeof stepUpAnswer>;
