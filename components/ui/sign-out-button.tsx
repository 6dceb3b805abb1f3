"use client";

import { useState } from "react";
import { pages, paths } from "@/lib/api/paths";
import { signedOutSchema } from "@/lib/api/sign-in";
import { fetchJson, jsonHeaders } from "./api-client";
import { Icon } from "./icon";
import { errorToWords } from "./notice";

/** Ends the session and leads to the sign-in page. */
export function SignOutButton() {
  const [failure, setFailure] = useState<string>();
  const signOut = async () => {
    setFailure(undefined);
    try {
      await fetchJson(paths.signOut, signedOutSchema, { method: "POST", headers: jsonHeaders });
      // A whole load, so that nothing that was read before is kept; nor are the questions of this tab.
      sessionStorage.clear();
      location.assign(pages.signIn);
    } catch (error) {
      setFailure(errorToWords(error instanceof Error ? error : new Error(String(error))).detail);
    }
  };
  const label = failure === undefined ? "Sign out" : `You are still signed in. ${failure}`;
  return (
    <button
      type="button"
      className={`grid size-9 place-items-center rounded-md hover:bg-hover hover:text-ink ${failure === undefined ? "text-muted" : "text-error"}`}
      aria-label="Sign out"
      title={label}
      onClick={() => void signOut()}
    >
      <Icon name="leave" />
      <span role="status" className="sr-only">
        {failure === undefined ? "" : label}
      </span>
    </button>
  );
}
