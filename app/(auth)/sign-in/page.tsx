import type { Metadata, Route } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { WholePage } from "@/components/shell/whole-page.tsx";
import { secondStep } from "@/lib/auth";
import { config } from "@/lib/config";
import { requireEntryPage } from "@/lib/http/page";
import { returnPath } from "@/lib/http/return-path";
import { clockNow } from "@/lib/time";
import { PasskeyEntry } from "./passkey-entry.tsx";
import { PasswordForm } from "./password-form.tsx";

export const metadata: Metadata = { title: "Sign in" };

type Props = { searchParams: Promise<{ next?: string | string[]; why?: string | string[] }> };

export default async function SignInPage({ searchParams }: Props) {
  await requireEntryPage();
  const stands = await secondStep(await headers(), clockNow());
  const { next, why } = await searchParams;
  const back = returnPath(next);
  if (stands?.step === "done") redirect((back ?? "/overview") as Route);
  return (
    <WholePage title="Sign in">
      <p>Two signatures let you in: first your password, then a code from your phone.</p>
      {why === "ended" ? <p>Your session ended. Sign in to go on where you were; what you had typed is kept in this tab.</p> : null}
      <PasswordForm back={back} />
      <PasskeyEntry back={back} />
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
