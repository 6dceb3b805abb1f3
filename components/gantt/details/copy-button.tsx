import { useEffect, useState } from "react";
import { copyText } from "./copy-text";

/** How long the button says that it has copied. */
const saysMs = 1_200;

/** Copies a text, which may be made at the click where it costs something. */
export function CopyButton({
  text,
  what,
  label = "copy",
}: {
  readonly text: string | (() => string | Promise<string>);
  /** Read out as "Copy …". */
  readonly what: string;
  readonly label?: string;
}) {
  const [said, setSaid] = useState<"copied" | "failed" | null>(null);
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => setSaid(null), saysMs);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async () => {
    try {
      await copyText(typeof text === "string" ? text : await text());
      setSaid("copied");
    } catch {
      setSaid("failed");
    }
  };
  return (
    <button
      type="button"
      className="gantt-copy"
      aria-label={`Copy ${what}`}
      title={`Copy ${what}`}
      onClick={copy}
    >
      <span aria-live="polite">
        {said === "copied" ? "✓ copied" : said === "failed" ? "not allowed" : label}
      </span>
    </button>
  );
}
