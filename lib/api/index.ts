// What other programs see of this house: its acts and facts in the words of /api/v1, and the document that describes them.
import "server-only";

export { createLink, createPayout } from "./commands.ts";
export { openApiDocument } from "./openapi.ts";
export { getBalances, getLink, getPayout, getTransaction, listAccounts, listBeneficiaries, listLinks, listPayouts, listTransactions } from "./queries.ts";
