import { listClients } from "@/lib/clients";
import { requirePage } from "@/lib/http/page";
import { ClientsView } from "./clients-view.tsx";

export const metadata = { title: "API clients" };

export default async function ClientsPage() {
  const ctx = await requirePage("clients.view");
  return <ClientsView initial={await listClients(ctx)} />;
}
