import * as z from "zod/mini";
import { permissionList, roles } from "@/lib/access";

export const passwordLength = { min: 15, max: 128 } as const;

export const passwordStep = z.strictObject({
  email: z.string().check(z.trim(), z.minLength(3), z.maxLength(254)),
  password: z.string().check(z.minLength(1), z.maxLength(passwordLength.max)),
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
