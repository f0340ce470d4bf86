/** What replaces hidden characters: bullets, the same number whatever is hidden, so that length says nothing. */
const hidden = "••••";

/** "a•••@example.com": the first letter and the domain. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf("@");
  return at < 1 ? hidden : `${email.slice(0, 1)}${hidden}${email.slice(at)}`;
}

/** "••••4210": the last four digits. */
export function maskPhone(phone: string): string {
  const digits = phone.replace(/\D/g, "");
  return digits.length < 8 ? hidden : `${hidden}${digits.slice(-4)}`;
}

/** "A•••• R••••": the initials. */
export function maskName(name: string): string {
  const words = name
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "")
    .slice(0, 3);
  return words.length === 0 ? hidden : words.map((word) => `${/^\p{L}\p{M}*|^./u.exec(word)?.[0] ?? ""}${hidden}`).join(" ");
}

/** "a••••@okbank": the first letter and the handle. */
export function maskVpa(vpa: string): string {
  return maskEmail(vpa);
}

/** "••4821": the form in which an account number is shown everywhere. */
export function maskAccount(last4: string): string {
  return `••${last4.slice(-4)}`;
}

/** "••••8581": a bank reference for those who match it but need not read it. */
export function maskReference(reference: string): string {
  return reference.length < 8 ? hidden : `${hidden}${reference.slice(-4)}`;
}
