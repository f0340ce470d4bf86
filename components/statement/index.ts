export { FactList, Statement, type Fact, type StatementProps } from "./statement.tsx";
export { Seal, type SealProps } from "./seal.tsx";
export { SignatureLine, type SignatureLineProps } from "./signature-line.tsx";
