import { totalmem } from "node:os";
import { describe, expect, it } from "vitest";
import { parseEngineMemory } from "./engine-memory.mjs";

describe("parseEngineMemory", () => {
  it("is what was set, in bytes", () => {
    expect(parseEngineMemory({ ENGINE_MEMORY_MB: "2048" })).toBe(2 * 1024 ** 3);
  });

  it.each(["1023", "1.5", "-4096", "4G", "1e99"])("refuses %s by the variable's name", (text) => {
    expect(() => parseEngineMemory({ ENGINE_MEMORY_MB: text })).toThrow(`ENGINE_MEMORY_MB must be`);
  });

  it("leaves a third of the machine to others where nothing is set", () => {
    for (const env of [{}, { ENGINE_MEMORY_MB: "" }]) {
      expect(parseEngineMemory(env)).toBeGreaterThanOrEqual(1024 ** 3);
      expect(parseEngineMemory(env)).toBeLessThanOrEqual(Math.max(1024 ** 3, (totalmem() * 2) / 3));
    }
  });
});
