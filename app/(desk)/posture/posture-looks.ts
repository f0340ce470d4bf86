import { CircleSlash, DoorOpen, Hourglass, Lock } from "lucide-react";
import type { StatusLooks } from "@/components/ui/status-badge.tsx";
import type { PostureWord } from "@/lib/monitoring/contract";

export const postureLooks: StatusLooks<PostureWord> = {
  refuse: { label: "Refuse", tone: "settled", icon: Lock },
  hold: { label: "Hold", tone: "held", icon: Hourglass },
  allow: { label: "Allow", tone: "waiting", icon: DoorOpen },
  not_applicable: { label: "Not touched", tone: "neutral", icon: CircleSlash },
};
