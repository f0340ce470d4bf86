import { requirePage } from "@/lib/http/page";
import { isSettingName } from "@/lib/policies/policy";
import { getSettingDetail, listSettings } from "@/lib/settings";
import { SettingsView } from "./settings-view.tsx";

export const metadata = { title: "Settings" };

export default async function SettingsPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const ctx = await requirePage("settings.view");
  const { name } = await searchParams;
  const [list, opened] = await Promise.all([listSettings(ctx), typeof name === "string" && isSettingName(name) ? getSettingDetail(ctx, name) : null]);
  return <SettingsView initial={list} opened={opened} />;
}
