import { useEffect, useState } from "react";
import { copyText } from "./copy-text";

/** How long the button says that it has copied. */
const saysMs = 1_200;

export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [said, setSaid] = useState<"copied" | "failed" | null>(null);
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => setSaid(null), saysMs);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () =>
    copyText(text).then(
      () => setSaid("copied"),
      () => setSaid("failed"),
    );
  return (
    <button
      type="button"
      className="gantt-copy"
      aria-label={`Copy ${what}`}
      title={`Copy ${what}`}
      onClick={copy}
    >
      <span aria-live="polite">
        {said === "copied" ? "✓ copied" : said === "failed" ? "not allowed" : "copy"}
      </span>
    </button>
  );
}
