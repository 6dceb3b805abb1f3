import type { ComponentProps } from "react";

const looks = {
  primary:
    "border-transparent bg-accent text-accent-ink hover:not-disabled:bg-[color-mix(in_oklab,var(--accent)_88%,var(--text))]",
  plain: "border-edge bg-ground text-ink hover:not-disabled:bg-hover",
  quiet: "border-transparent text-muted hover:not-disabled:bg-hover hover:not-disabled:text-ink",
  danger:
    "border-transparent bg-error text-ground hover:not-disabled:bg-[color-mix(in_oklab,var(--error)_88%,var(--text))]",
} as const;

export type ButtonLook = keyof typeof looks;

/** The look of a button, for links that are one. */
export function buttonClass(look: ButtonLook = "plain"): string {
  return `inline-flex h-9 shrink-0 items-center justify-center gap-1.5 whitespace-nowrap rounded-md border px-3 font-medium text-sm transition-colors disabled:opacity-50 ${looks[look]}`;
}

export function Button({
  look = "plain",
  className = "",
  ...rest
}: ComponentProps<"button"> & { look?: ButtonLook }) {
  return <button type="button" className={`${buttonClass(look)} ${className}`} {...rest} />;
}
