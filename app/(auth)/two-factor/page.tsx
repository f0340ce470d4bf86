import type { Metadata } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { WholePage } from "@/components/shell/whole-page.tsx";
import { secondStep } from "@/lib/auth";
import { clockNow, toIst } from "@/lib/time";
import { CodeForm } from "./code-form.tsx";
import { Enrolment } from "./enrolment.tsx";

export const metadata: Metadata = { title: "Second step" };

export default async function TwoFactorPage() {
  const stands = await secondStep(await headers(), clockNow());
  if (stands === null) redirect("/sign-in");
  if (stands.step === "done") redirect("/overview");
  const signed = { name: stands.name, at: toIst(stands.passwordAt) };
  if (stands.step === "verify") {
    return (
      <WholePage title="Enter your code">
        <p>The six digits your authenticator app shows for Countersign. Each code is good once.</p>
        <CodeForm signed={signed} />
      </WholePage>
    );
  }
  return (
    <WholePage title="Add your authenticator app">
      <p>Everyone here signs with a code from their own phone. Scan this once, then enter the code the app shows.</p>
      <Enrolment>
        <CodeForm signed={signed} />
      </Enrolment>
    </WholePage>
  );
}
