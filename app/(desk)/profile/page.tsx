import type { Metadata } from "next";
import { getCredentials, getMe, listPasskeys, listSessions } from "@/lib/auth";
import { countryOf } from "@/lib/monitoring";
import { requireSelf } from "@/lib/http/page";
import { ProfileView } from "./profile-view.tsx";

export const metadata: Metadata = { title: "Your profile" };

export default async function ProfilePage() {
  const ctx = await requireSelf();
  const [me, credentials, passkeys, sessions] = await Promise.all([getMe(ctx), getCredentials(ctx), listPasskeys(ctx), listSessions(ctx, ctx.actor.userId, countryOf)]);
  return <ProfileView me={me} credentials={credentials} passkeys={passkeys} sessions={sessions} />;
}
