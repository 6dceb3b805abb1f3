"use client";

import { type FormEvent, useState } from "react";
import { paths } from "@/lib/api/paths";
import { signedInSchema } from "@/lib/api/sign-in";
import { fetchJson, jsonHeaders } from "./api-client";
import { Button } from "./button";
import { ErrorNotice } from "./notice";

/** Takes the token; the answer sets the cookie that every later call carries. */
export function SignInForm({ next }: { readonly next: string }) {
  const [token, setToken] = useState("");
  const [error, setError] = useState<Error>();
  const [isSending, setIsSending] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsSending(true);
    setError(undefined);
    try {
      const init = { method: "POST", headers: jsonHeaders, body: JSON.stringify({ token }) };
      await fetchJson(paths.signIn, signedInSchema, init);
      // A whole load, so that nothing that was refused before is shown again.
      location.assign(next);
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
      setIsSending(false);
    }
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <label className="grid gap-1 text-sm">
        Token
        <input
          type="password"
          autoComplete="current-password"
          // biome-ignore lint/a11y/noAutofocus: the page has nothing else to do
          autoFocus
          required
          className="h-10 rounded-md border border-edge bg-ground px-3 font-mono"
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
      </label>
      {error ? <ErrorNotice error={error} /> : null}
      <Button type="submit" look="primary" disabled={isSending || token === ""}>
        {isSending ? "Signing in" : "Sign in"}
      </Button>
    </form>
  );
}
