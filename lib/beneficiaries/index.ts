// Where an account's money may go: versioned destinations behind tokens, with a cool-off after every change.
import "server-only";

export { addBeneficiary, createBeneficiary, recordGatewayStatus } from "./commands.ts";
export { listBeneficiaries, listPayableBeneficiaries, namesForSigner, revealDestination, type Destination } from "./queries.ts";
