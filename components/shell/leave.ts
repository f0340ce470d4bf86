"use client";
import * as z from "zod/mini";
import { leaveUnasked } from "@/components/ui/back-guard.ts";
import { api } from "@/lib/http/client";
import { forgetForms } from "./kept-form.ts";

/** Signs out and leaves by a full load, so that nothing of this person stays in memory or in the tab. */
export async function leaveDesk(): Promise<void> {
  try {
    await api.post("/api/sign-out", {}, z.unknown());
  } finally {
    forgetForms(null);
    leaveUnasked();
    window.location.assign("/sign-in");
  }
}
