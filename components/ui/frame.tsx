"use client";

import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { pages } from "@/lib/api/paths";
import { useAccess } from "./access";
import { Icon } from "./icon";
import { NearLink } from "./near-link";
import { SignOutButton } from "./sign-out-button";
import { ThemeToggle } from "./theme-toggle";

const destinations = [
  { name: "Ask", href: pages.ask, icon: "ask" },
  { name: "Runs", href: pages.runs, icon: "runs" },
  { name: "Data", href: pages.data, icon: "data" },
] as const;

/** The three destinations in a rail on the left, in a bar on top of a phone, and the page beside them. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const pathname = usePathname();
  const { hasSession } = useAccess();
  return (
    <div className="flex min-h-dvh flex-col md:flex-row">
      <a
        href="#page"
        className="sr-only rounded-md bg-accent text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:px-3 focus:py-2"
      >
        Skip to the page
      </a>
      <header className="sticky top-0 z-40 flex shrink-0 items-center gap-1 border-line border-b bg-panel px-2 py-1 md:h-dvh md:w-[76px] md:flex-col md:border-r md:border-b-0 md:px-0 md:py-3">
        <NearLink
          href={pages.ask}
          aria-label="Jiva"
          className="grid size-9 place-items-center rounded-md text-ink md:mb-3"
        >
          <Logo />
        </NearLink>
        {pathname === pages.signIn ? null : (
          <nav aria-label="Main" className="flex flex-1 gap-1 md:w-full md:flex-col md:px-1.5">
            {destinations.map(({ name, href, icon }) => (
              <NearLink
                key={href}
                href={href}
                aria-current={isAt(pathname, href) ? "page" : undefined}
                className="flex items-center gap-1.5 rounded-md px-2.5 py-2 font-medium text-[13px] text-muted hover:bg-hover hover:text-ink aria-[current=page]:bg-selected aria-[current=page]:text-ink md:flex-col md:gap-1 md:px-0 md:text-xs"
              >
                <Icon name={icon} className="size-[18px] md:size-5" />
                {name}
              </NearLink>
            ))}
          </nav>
        )}
        <div className="ml-auto flex md:mt-auto md:ml-0 md:flex-col">
          {hasSession ? <SignOutButton /> : null}
          <ThemeToggle />
        </div>
      </header>
      <main id="page" tabIndex={-1} className="min-w-0 flex-1 outline-none">
        {children}
      </main>
    </div>
  );
}

/** Run pages outside /runs/…, where every segment is a run id. */
const besideRuns: readonly string[] = [pages.open, pages.compare([])].map((href) =>
  href.replace(/\?.*$/, ""),
);

function isAt(pathname: string, href: string): boolean {
  if (href === pages.runs && besideRuns.includes(pathname)) return true;
  return href === "/" ? pathname === "/" : pathname === href || pathname.startsWith(`${href}/`);
}

/** Three bars of a timeline, each starting where the one above it is under way. */
function Logo() {
  return (
    <svg viewBox="0 0 20 20" className="size-6" aria-hidden="true">
      <rect x="2" y="3.5" width="16" height="3" rx="1" fill="currentColor" />
      <rect x="2" y="8.5" width="7" height="3" rx="1" fill="var(--work-tables)" />
      <rect x="8" y="13.5" width="10" height="3" rx="1" fill="var(--work-answer)" />
    </svg>
  );
}
