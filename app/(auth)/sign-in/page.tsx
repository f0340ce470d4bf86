import type { Metadata } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { WholePage } from "@/components/shell/whole-page.tsx";
import { secondStep } from "@/lib/auth";
import { config } from "@/lib/config";
import { clockNow } from "@/lib/time";
import { PasswordForm } from "./password-form.tsx";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage() {
  const stands = await secondStep(await headers(), clockNow());
  if (stands?.step === "done") redirect("/overview");
  return (
    <WholePage title="Sign in">
      <p>A session here carries two signatures: your password, then a code.</p>
      <PasswordForm />
      {config().mode === "demo" ? <DemoNote /> : null}
    </WholePage>
  );
}

function DemoNote() {
  return (
    <p className="mt-4 text-12 text-ink-3">
      This is a demo against the emulator. Its people, their passwords and their code keys are in <span className="ref">demo.json</span> in the data folder, usually{" "}
      <span className="ref">.data/demo.json</span>.
    </p>
  );
}
