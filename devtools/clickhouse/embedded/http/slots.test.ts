import { describe, expect, it } from "vitest";
import { Slots } from "./slots";

const never = new AbortController().signal;

describe("Slots", () => {
  it("gives each thing to one user, in the order of asking", async () => {
    const slots = new Slots(["a"], 2);
    expect(await slots.take(never)).toBe("a");
    const order: string[] = [];
    const first = slots.take(never).then((slot) => order.push(`first ${slot}`));
    const second = slots.take(never).then((slot) => order.push(`second ${slot}`));
    slots.give("a");
    await first;
    slots.give("a");
    await second;
    expect(order).toEqual(["first a", "second a"]);
  });

  it("refuses when too many wait", async () => {
    const slots = new Slots(["a"], 1);
    await slots.take(never);
    const waiting = slots.take(never);
    await expect(slots.take(never)).rejects.toMatchObject({ code: 202 });
    slots.give("a");
    expect(await waiting).toBe("a");
  });

  it("forgets who has given up", async () => {
    const slots = new Slots(["a"], 5);
    await slots.take(never);
    const leaving = new AbortController();
    const left = slots.take(leaving.signal);
    const stayed = slots.take(never);
    leaving.abort(new Error("left"));
    await expect(left).rejects.toThrow("left");
    slots.give("a");
    expect(await stayed).toBe("a");
    await expect(slots.take(leaving.signal)).rejects.toThrow("left");
  });
});
