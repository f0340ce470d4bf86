import type { Metadata, Route } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { WholePage } from "@/components/shell/whole-page.tsx";
import { NowProvider } from "@/components/ui/now.tsx";
import { secondStep } from "@/lib/auth";
import { requireEntryPage } from "@/lib/http/page";
import { returnPath, signInPath } from "@/lib/http/return-path";
import { clockNow, toIst } from "@/lib/time";
import { CodeForm } from "./code-form.tsx";
import { Enrolment } from "./enrolment.tsx";
import { PasskeyStep } from "./passkey-step.tsx";
import { RecoveryForm } from "./recovery-form.tsx";

export const metadata: Metadata = { title: "Second step" };

type Props = { searchParams: Promise<{ next?: string | string[] }> };

export default async function TwoFactorPage({ searchParams }: Props) {
  await requireEntryPage();
  const now = clockNow();
  const stands = await secondStep(await headers(), now);
  const back = returnPath((await searchParams).next);
  if (stands === null) redirect(signInPath(back) as Route);
  if (stands.step === "done") redirect((back ?? "/overview") as Route);
  const signed = { name: stands.name, at: toIst(stands.passwordAt) };
  const form = (
    <NowProvider now={toIst(now)}>
      <CodeForm signed={signed} back={back} />
    </NowProvider>
  );
  if (stands.step === "verify") {
    return (
      <WholePage title="Enter your code">
        <p>The six digits your authenticator app shows for Countersign. Each code is good once.</p>
        {form}
        {stands.passkey ? <PasskeyStep back={back} /> : null}
        <RecoveryForm />
      </WholePage>
    );
  }
  return (
    <WholePage title="Add your authenticator app">
      <p>Everyone here signs with a code from their own phone. Scan this once, then enter the code the app shows.</p>
      <Enrolment>{form}</Enrolment>
    </WholePage>
  );
}
