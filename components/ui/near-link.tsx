"use client";

import Link from "next/link";
import { type ComponentProps, useState } from "react";

/**
 * A link whose page is read ahead when a person comes near it, and not when it is merely in sight: the
 * three in the frame asked for their pages at the moment when a run's page asks for its spans.
 */
export function NearLink(
  props: Omit<ComponentProps<typeof Link>, "prefetch" | "onPointerEnter" | "onFocus">,
) {
  const [isNear, setIsNear] = useState(false);
  const comeNear = () => setIsNear(true);
  return <Link {...props} prefetch={isNear ? null : false} onPointerEnter={comeNear} onFocus={comeNear} />;
}
