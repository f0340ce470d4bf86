// How the database writes into JSON what this room reads from it.
import * as z from "zod/mini";
import { bytesOf } from "@/db/calls";
import { requireInstant } from "@/lib/time";

export const instant = z.pipe(z.string(), z.transform(requireInstant));
export const bytes = z.pipe(z.string(), z.transform(bytesOf));
