// Payees we hold money for, and their figures side by side.
import "server-only";

export { createAccount } from "./commands.ts";
export { accountNames, getAccount, listAccounts, requireOpenAccount } from "./queries.ts";
