// What the desk says of itself; apart from the security events, because every page of the desk asks for it.
import * as z from "zod/mini";

const dependencyShape = z.object({ name: z.string(), ok: z.boolean(), sentence: z.string() });

export const readinessShape = z.object({ ready: z.boolean(), mode: z.enum(["demo", "sandbox", "production"]), dependencies: z.array(dependencyShape) });

export type Readiness = z.infer<typeof readinessShape>;
