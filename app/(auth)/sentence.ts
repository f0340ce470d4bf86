import { DeviceError } from "@/lib/auth/client";
import { ApiProblem } from "@/lib/http/client";

/** A text field of a submitted form. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}

/** What to tell the person: the server's sentence, or that something of ours failed. */
export function sentenceOf(error: unknown): string {
  return error instanceof ApiProblem || error instanceof DeviceError ? error.message : "This page failed on our side. Load it again.";
}
