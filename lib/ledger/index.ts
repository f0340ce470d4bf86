// The books: double entry, holds, and the reserve every payee keeps.
import "server-only";

export { openBalances, postCapture, postOpening, postOpeningFloat, postPayoutReversal, postPayoutSuccess } from "./commands.ts";
export { ledgerSweeps } from "./events.ts";
export { keepReserve, placeHold, recheckReserve, releaseHold } from "./holds.ts";
export { countStoppedAccounts, getBalance, getTrialBalance, listBalances, listEntries, listOpenHolds, toFigures, type Balance } from "./queries.ts";
export { addRate, askReserve, findReserve, reserveFrom, reserveNow, toReserveDto } from "./reserve.ts";
