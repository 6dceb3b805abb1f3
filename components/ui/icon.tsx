/** Line icons on a grid of 20, stroked in the colour of the text around them. */
const shapes = {
  ask: "M4 4.5h12a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H9.5L6 16.5v-3H4a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1ZM6.5 8h7M6.5 10.5h4.5",
  runs: "M3 5h7M6 10h8M10 15h7",
  data: "M10 3c3.6 0 6.5 1 6.5 2.3v9.4c0 1.3-2.9 2.3-6.5 2.3s-6.5-1-6.5-2.3V5.3C3.5 4 6.4 3 10 3ZM3.5 5.3c0 1.3 2.9 2.3 6.5 2.3s6.5-1 6.5-2.300M3.5 10c0 1.3 2.9 2.3 6.5 2.3s6.5-1 6.5-2.3",
  auto: "M10 3a7 7 0 1 0 0 14a7 7 0 0 0 0-14ZM10 3v14M10 6.500h4.900M10 10h7M10 13.500h4.9",
  light:
    "M10 6.500a3.5 3.5 0 1 0 0 7a3.5 3.5 0 0 0 0-7ZM10 2v1.500M10 16.500V18M2 10h1.500M16.5 10H18M4.3 4.300l1.1 1.100M14.6 14.600l1.1 1.100M4.3 15.700l1.1-1.100M14.6 5.400l1.1-1.1",
  dark: "M16 11.800A6.5 6.5 0 0 1 8.2 4a6.5 6.5 0 1 0 7.8 7.800Z",
  table: "M3.5 4.500h13v11h-13ZM3.5 8.200h13M3.5 11.900h13M8.5 8.200v7.3",
  document: "M5 3h6.500L15 6.500V17H5ZM11.5 3v3.500H15M7.5 10h5M7.5 13h5",
  search: "M8.8 3.500a5.3 5.3 0 1 0 0 10.600a5.3 5.3 0 0 0 0-10.600ZM12.7 12.700L17 17",
  ok: "M4.5 10.500l3.7 3.700l7.3-8.2",
  error: "M10 3.200L17.3 16.300H2.700ZM10 8v4M10 13.900v.2",
  close: "M5 5l10 10M15 5L5 15",
  upload: "M10 13V3.500M6.2 7.200L10 3.400l3.8 3.800M3.5 13v3.500h13V13",
  download: "M10 3.500V13M6.2 9.300L10 13.100l3.8-3.800M3.5 13v3.500h13V13",
  trash: "M3.5 5.500h13M8 5.500V3.500h4v2M5.5 5.500l.7 11h7.600l.7-11M8.5 8.500v5M11.5 8.500v5",
  refresh: "M15.5 7A6.2 6.2 0 1 0 16.2 11M16 3.500V7h-3.5",
  leave: "M8 3.500H4v13h4M8.5 10h8M13 6.500L16.5 10L13 13.500",
  arrow: "M4 10h12M11.5 5.500L16 10l-4.5 4.5",
} as const;
export type IconName = keyof typeof shapes;

/** An icon beside words, or inside a control that has a name of its own; screen readers skip it. */
export function Icon({ name, className = "size-[18px]" }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 20 20"
      className={`shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={shapes[name]} />
    </svg>
  );
}
