import { useEffect, useRef, useState } from "react";

/**
 * Whether somebody reads an element: the pointer or the focus is in it, or it was scrolled to. What is shown in
 * it should then stay where it is. Give `ref` to the element.
 */
export function useReading() {
  const ref = useRef<HTMLDivElement>(null);
  const [isReading, setIsReading] = useState(false);
  useEffect(() => {
    const look = () => {
      const element = ref.current;
      if (!element) return setIsReading(false);
      const isScrolled = element.getBoundingClientRect().top < 0;
      setIsReading(isScrolled || element.matches(":hover") || element.contains(document.activeElement));
    };
    const events = ["pointerover", "focusin", "focusout", "scroll"] as const;
    for (const event of events) addEventListener(event, look, { passive: true });
    return () => {
      for (const event of events) removeEventListener(event, look);
    };
  }, []);
  return { ref, isReading };
}
