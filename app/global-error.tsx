"use client";
import "./globals.css";
import PageError from "./error.tsx";

// Replaces the root layout when that itself fails, so it brings its own document.
export default function GlobalError(props: { error: Error & { digest?: string }; retry: () => void }) {
  return (
    <html lang="en-IN">
      <body>
        <title>Countersign</title>
        <PageError {...props} />
      </body>
    </html>
  );
}
