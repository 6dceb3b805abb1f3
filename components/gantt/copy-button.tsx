import { useEffect, useState } from "react";

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

/** The clipboard is there on https and localhost only; a file from disk copies through a selection. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "gantt-copy-source";
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("The browser did not allow to copy.");
}
