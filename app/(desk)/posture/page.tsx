import { requirePage } from "@/lib/http/page";
import { getPosture } from "@/lib/monitoring";
import { PostureView } from "./posture-view.tsx";

export const metadata = { title: "Posture" };

export default async function PosturePage() {
  await requirePage("posture.view");
  return <PostureView table={getPosture()} />;
}
