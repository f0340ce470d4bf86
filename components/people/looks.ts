import { Ban, CalendarClock, CircleCheck, CircleDashed, CircleSlash, CircleX, Hourglass, Moon, PauseCircle, Undo2, UserCheck } from "lucide-react";
import type { StatusLooks } from "@/components/ui/status-badge.tsx";
import type { ChangeStatus, GrantState, ItemOutcome, PersonStatus, ReviewStatus } from "@/lib/users/contract";

export const personLooks: StatusLooks<PersonStatus> = {
  invited: { label: "Invited", tone: "waiting", icon: Hourglass },
  active: { label: "Active", tone: "settled", icon: UserCheck },
  disabled: { label: "Disabled", tone: "failed", icon: Ban },
  dormant: { label: "Dormant", tone: "held", icon: Moon },
};

export const grantLooks: StatusLooks<GrantState> = {
  held: { label: "Holds it", tone: "settled", icon: CircleCheck },
  later: { label: "Later", tone: "waiting", icon: CalendarClock },
  ended: { label: "Ended", tone: "neutral", icon: CircleSlash },
  suspended: { label: "Suspended by a review", tone: "held", icon: PauseCircle },
  over: { label: "Time over", tone: "neutral", icon: Hourglass },
};

export const changeLooks: StatusLooks<ChangeStatus> = {
  pending: { label: "Waits for a second admin", tone: "waiting", icon: Hourglass },
  approved: { label: "Agreed", tone: "settled", icon: CircleCheck },
  refused: { label: "Refused", tone: "failed", icon: CircleX },
  withdrawn: { label: "Taken back", tone: "neutral", icon: Undo2 },
  expired: { label: "Expired", tone: "neutral", icon: Hourglass },
  void: { label: "Void", tone: "neutral", icon: CircleSlash },
};

export const reviewLooks: StatusLooks<ReviewStatus> = {
  open: { label: "Running", tone: "moving", icon: CircleDashed },
  overdue: { label: "Overdue", tone: "failed", icon: CircleX },
  closed: { label: "Closed", tone: "settled", icon: CircleCheck },
};

export const outcomeLooks: StatusLooks<ItemOutcome> = {
  open: { label: "Not looked at", tone: "waiting", icon: Hourglass },
  attested: { label: "Kept", tone: "settled", icon: CircleCheck },
  revoked: { label: "Revoked", tone: "failed", icon: CircleX },
  suspended: { label: "Suspended", tone: "held", icon: PauseCircle },
  kept_unseen: { label: "Last owner, not looked at", tone: "failed", icon: Hourglass },
  gone: { label: "Ended meanwhile", tone: "neutral", icon: CircleSlash },
};
