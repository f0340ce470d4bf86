/** Where a program's maker reads on: the description, and two small programs to start from. */
export function HowToCall() {
  const link = (href: string, text: string) => (
    <a className="link" href={href} target="_blank" rel="noreferrer">
      {text}
    </a>
  );
  return (
    <p className="text-13 text-ink-2">
      How to sign a request: {link("/api/v1/openapi.json", "the API's description")}, {link("/api-examples/client.ts", "TypeScript")},{" "}
      {link("/api-examples/client.sh", "curl and openssl")}.
    </p>
  );
}
