"use client";

import Link from "next/link";
import { type ComponentProps, useState } from "react";

/**
 * A link whose page is read ahead when a person comes near it, and not when it is merely in sight: three of them in
 * the frame took the first quarter of a second that the page itself needs.
 */
export function NearLink(
  props: Omit<ComponentProps<typeof Link>, "prefetch" | "onPointerEnter" | "onFocus">,
) {
  const [isNear, setIsNear] = useState(false);
  const comeNear = () => setIsNear(true);
  return <Link {...props} prefetch={isNear ? null : false} onPointerEnter={comeNear} onFocus={comeNear} />;
}
