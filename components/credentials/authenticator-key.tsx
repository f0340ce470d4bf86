import type { EnrolAnswer } from "@/lib/auth/contract";

/** The key of an authenticator app, to scan or to type; the frame stands before the key is there. */
export function AuthenticatorKey({ made }: { made: EnrolAnswer | null }) {
  return (
    <div className="mt-2 grid gap-3 border-y border-line py-4">
      <div className="size-48 justify-self-center bg-sunk">{made === null ? null : <QrCode svg={made.qrSvg} />}</div>
      <div>
        <p className="text-13 font-medium text-ink">Or type this key</p>
        <p className="ref min-h-10 text-ink select-all" data-totp-key>
          {made === null ? "" : made.secret.replace(/(.{4})(?=.)/g, "$1 ")}
        </p>
      </div>
    </div>
  );
}

function QrCode({ svg }: { svg: string }) {
  // oxlint-disable-next-line next/no-img-element -- drawn here and never fetched; the framework's image would add a style attribute, which the content policy refuses.
  return <img alt="QR code for your authenticator app" width={192} height={192} src={`data:image/svg+xml,${encodeURIComponent(svg)}`} />;
}
