import type { Metadata } from "next";
import { parseReturnAddress } from "@/components/ui/return-address";
import { SignInForm } from "@/components/ui/sign-in-form";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({
  searchParams,
}: {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}) {
  const { next } = await searchParams;
  return (
    <div className="mx-auto max-w-sm px-4 py-16">
      <h1 className="font-semibold text-xl tracking-tight">Sign in</h1>
      <p className="mt-1 mb-6 text-muted text-sm">
        This app asks for a token: the one that it was started with, in its setting API_TOKEN, or the one in
        READ_TOKEN, with which everything can be read and nothing changed.
      </p>
      <SignInForm next={parseReturnAddress(next)} />
    </div>
  );
}
