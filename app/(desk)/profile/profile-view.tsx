"use client";
import { useQuery } from "@tanstack/react-query";
import { OwnSessions } from "@/components/sessions/own-sessions.tsx";
import { Page } from "@/components/shell/page.tsx";
import { roleLabels } from "@/lib/access";
import { credentialsQuery } from "@/lib/auth/client";
import type { CredentialsAnswer, Me, PasskeyList, SessionList } from "@/lib/auth/contract";
import { AuthenticatorSection } from "./authenticator-section.tsx";
import { PasskeysSection } from "./passkeys-section.tsx";
import { PasswordSection } from "./password-section.tsx";
import { RecoverySection } from "./recovery-section.tsx";

type Props = { me: Me; credentials: CredentialsAnswer; passkeys: PasskeyList; sessions: SessionList };

/** What a person signs in with, for themselves to look after. */
export function ProfileView({ me, credentials, passkeys, sessions }: Props) {
  const { data } = useQuery({ ...credentialsQuery, initialData: credentials });
  return (
    <Page title="Your profile" lead={`${me.name} · ${me.email} · ${me.roles.map((role) => roleLabels[role]).join(", ") || "no role yet"}`}>
      <div className="max-w-240">
        <PasswordSection email={me.email} changedAt={data.passwordChangedAt} />
        <AuthenticatorSection since={data.appSince} />
        <PasskeysSection initial={passkeys} />
        <RecoverySection email={me.email} left={data.recoveryCodesLeft} madeAt={data.recoveryCodesMadeAt} />
        <OwnSessions initial={sessions} />
      </div>
    </Page>
  );
}
