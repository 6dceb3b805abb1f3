import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { AccessProvider } from "@/components/ui/access";
import { favicon } from "@/components/ui/favicon";
import { Frame } from "@/components/ui/frame";
import { QueryProvider } from "@/components/ui/query-provider";
import { browserColours, themeScript } from "@/components/ui/theme";
import { visitorOfPage } from "@/lib/server/http/page-visitor";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Jiva", template: "%s · Jiva" },
  icons: { icon: favicon },
  description: "Answers questions over your own tables and documents, and shows where the time went.",
};

export const viewport: Viewport = { themeColor: browserColours };

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const sent = await headers();
  const nonce = sent.get("x-nonce") ?? undefined;
  const visitor = await visitorOfPage(sent);
  return (
    // The script below may set data-theme before React takes over, and browsers hide a nonce once it is used.
    <html lang="en" suppressHydrationWarning>
      <head>
        <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: themeScript }} />
      </head>
      <body>
        <AccessProvider access={{ role: visitor?.role, hasSession: visitor?.sessionId !== undefined }}>
          <QueryProvider>
            <Frame>{children}</Frame>
          </QueryProvider>
        </AccessProvider>
      </body>
    </html>
  );
}
