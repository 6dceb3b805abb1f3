import { Icon, type IconName } from "@/components/ui/icon";

/** Names a source: its kind by icon, hue and word. */
export function SourceHeading({
  icon,
  work,
  name,
  kind,
}: {
  readonly icon: IconName;
  readonly work: "tables" | "documents";
  readonly name: string;
  readonly kind: string;
}) {
  return (
    <h3 className="flex items-center gap-2 font-semibold text-[15px]">
      <span
        className="grid size-5 place-items-center rounded"
        style={{ background: `var(--work-${work})`, color: `var(--work-${work}-ink)` }}
      >
        <Icon name={icon} className="size-3.5" />
      </span>
      <span className="min-w-0 break-words">{name}</span>
      <span className="ml-auto font-normal text-[13px] text-muted">{kind}</span>
    </h3>
  );
}
