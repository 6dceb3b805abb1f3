"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { Role } from "@/lib/api/sign-in";

/** The page's visitor, as the server knows it. */
export interface Access {
  /** Undefined before the sign-in. */
  readonly role: Role | undefined;
  /** Whether there is a session to sign out of. */
  readonly hasSession: boolean;
}

/** Without a provider (in tests) as without a token: everything is allowed. */
const AccessContext = createContext<Access>({ role: "full", hasSession: false });

export function AccessProvider({
  access,
  children,
}: {
  readonly access: Access;
  readonly children: ReactNode;
}) {
  return <AccessContext value={access}>{children}</AccessContext>;
}

export function useAccess(): Access {
  return useContext(AccessContext);
}

/** False where the server would refuse whatever changes something: what does so is not shown. */
export function useMayWrite(): boolean {
  return useAccess().role !== "read";
}
