/** Every act a person can be allowed, split by verb, with the sentence a refusal shows. */
export const permissions = {
  "overview.view": "You need a role at this desk to see its overview.",
  "transactions.view": "Only desk staff may see transactions.",
  "links.view": "Only support and finance staff may see payment links.",
  "links.create": "Only support and finance makers may create payment links.",
  "links.cancel": "Only support and finance makers may cancel payment links.",
  "payouts.view": "Only finance, risk, security and audit staff may see payouts.",
  "payouts.create": "Only finance makers may request payouts.",
  "payouts.cancel": "Only finance makers may withdraw their own payouts.",
  "payouts.approve": "Only finance admins may approve payouts.",
  "payouts.reject": "Only finance admins may reject payouts.",
  "payouts.release": "Only risk analysts may release held payouts.",
  "payouts.stop": "Only owners, finance admins, security admins and risk analysts may stop payouts.",
  "payouts.restart": "Only owners, finance admins, security admins and risk analysts may restart payouts.",
  "accounts.view": "Only finance, support, risk and audit staff may see accounts.",
  "beneficiaries.view": "Only finance, risk and audit staff may see beneficiaries.",
  "beneficiaries.create": "Only finance makers may add beneficiaries.",
  "ledger.view": "Only finance and audit staff may see ledger entries.",
  "risk.view": "Only risk, compliance, finance admin and audit staff may see risk verdicts.",
  "webhooks.view": "Only finance admins, security admins and auditors may see webhook deliveries.",
  "audit.view": "Only auditors, owners, security admins and compliance may read the audit trail.",
  "audit.verify": "Only auditors, owners and security admins may verify the audit trail.",
} as const;

export type Permission = keyof typeof permissions;

export const permissionList = Object.keys(permissions) as Permission[];
