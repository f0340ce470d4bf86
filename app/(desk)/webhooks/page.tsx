import { requirePage } from "@/lib/http/page";
import { listWebhooks } from "@/lib/webhooks";
import { WebhooksView } from "./webhooks-view.tsx";

export const metadata = { title: "Webhooks" };

export default async function WebhooksPage() {
  const ctx = await requirePage("webhooks.view");
  return <WebhooksView initial={await listWebhooks(ctx, {})} />;
}
