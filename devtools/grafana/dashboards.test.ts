import { describe, expect, it } from "vitest";
import { buildDashboards } from "./dashboards";

describe("buildDashboards", () => {
  it.each(Object.entries(buildDashboards()))(
    "makes what is committed as %s.json (else: npx vitest run --project unit devtools/grafana -u)",
    async (name, dashboard) => {
      await expect(`${JSON.stringify(dashboard, null, 2)}\n`).toMatchFileSnapshot(`dashboards/${name}.json`);
    },
  );
});
