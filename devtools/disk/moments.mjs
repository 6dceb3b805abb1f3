// @ts-check
/** The moments at which the disk is filled. Each begins with Jiva running on a disk with room, and some data in it. */
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { clearTraces, deleteRun, deleteTable, persistently, readHealth, sendRun, upload } from "./calls.mjs";
import { engineOf } from "./ledger.mjs";
import { until } from "./until.mjs";

/**
 * @typedef {object} Scene
 * @property {import("./small-disk.mjs").SmallDisk} disk of the data
 * @property {import("./small-disk.mjs").SmallDisk} temporary of the app's temporary files
 * @property {import("./ledger.mjs").Ledger} ledger
 * @property {() => string} url of Jiva, which runs
 * @property {string} dataDir
 * @property {() => Promise<void>} start
 * @property {() => Promise<void>} stop
 * @property {() => Promise<void>} kill all of its processes at once
 * @property {() => number} next a number that was not used yet
 *
 * @typedef {object} Moment
 * @property {string} name
 * @property {boolean} [isSmall] part of the small run
 * @property {(scene: Scene) => Promise<void>} play leaves the disk full, and Jiva in any state
 */

/** @param {Pick<Scene, "next">} scene @param {number} rows */
const newTable = ({ next }, rows) => {
  const seed = next();
  return { name: `made-${seed}`, rows, seed };
};

/** @param {Scene} scene */
async function expectFull({ ledger, url, next }) {
  const refused = await persistently(() =>
    upload(ledger, url(), newTable({ next: () => 100_000 + next() }, 100)),
  );
  strictEqual(refused, 507, "an upload on a full disk");
  await until("health says that the disk is full", async () => {
    const { status, disk } = await readHealth(url());
    return status === "degraded" && disk?.status === "full";
  });
}

/**
 * Sends runs one after the other until told to stop.
 * @param {Scene} scene
 */
function keepSending({ ledger, url, next }) {
  const address = url();
  let isOver = false;
  const sending = (async () => {
    while (!isOver) {
      const status = await sendRun(ledger, address, next(), 50);
      if (status !== 200) await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  return async () => {
    isOver = true;
    await sending;
  };
}

/** @type {readonly Moment[]} */
export const moments = [
  {
    name: "before an upload",
    isSmall: true,
    async play(scene) {
      scene.disk.fill();
      await expectFull(scene);
      strictEqual(await sendRun(scene.ledger, scene.url(), scene.next(), 10), 503, "spans on a full disk");
    },
  },
  {
    name: "in the middle of an upload",
    async play(scene) {
      const uploading = upload(scene.ledger, scene.url(), newTable(scene, 1_500_000));
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      await scene.disk.fillSlowly();
      await uploading;
      await expectFull(scene);
    },
  },
  {
    name: "for a moment, while something is written",
    async play({ disk, ledger, url, next, dataDir }) {
      const query = engineOf(dataDir);
      await query("CREATE TABLE IF NOT EXISTS default.slow (n UInt64) ENGINE = MergeTree ORDER BY n");
      const writing = query("INSERT INTO default.slow SELECT number + sleepEachRow(1) FROM numbers(3)");
      await new Promise((resolve) => setTimeout(resolve, 500));
      disk.fill();
      await new Promise((resolve) => setTimeout(resolve, 100));
      disk.free();
      await rejects(writing, /not certain that all of this was stored/);
      // The engine is too young to start anew at once: until then it has room, and writes nothing.
      const { status, disk: said } = await readHealth(url());
      deepStrictEqual([status, said?.status], ["degraded", "uncertain"], `health: ${JSON.stringify(said)}`);
      const waitMs = Date.parse(said.refused_until) - Date.now();
      ok(waitMs > 0 && waitMs < 31_000, `until ${said.refused_until}`);
      strictEqual(await upload(ledger, url(), newTable({ next }, 100)), 503, "an upload until then");
      const [name] = [...ledger.tables.keys()];
      strictEqual(await deleteTable(ledger, url(), String(name)), 200, "deleting until then");
      await until("writing is admitted again", async () => (await readHealth(url())).status === "ok");
      ok(Date.now() >= Date.parse(said.refused_until), "not before");
      strictEqual(await upload(ledger, url(), newTable({ next }, 100)), 200, "an upload afterwards");
    },
  },
  {
    name: "on the temporary folder's disk",
    async play(scene) {
      scene.temporary.fill();
      strictEqual(
        await upload(scene.ledger, scene.url(), newTable(scene, 10_000)),
        507,
        "an upload without room",
      );
      strictEqual((await readHealth(scene.url())).status, "ok", "health");
      scene.temporary.free();
    },
  },
  {
    name: "while spans come in",
    async play(scene) {
      const stop = keepSending(scene);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await scene.disk.fillSlowly();
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      await stop();
    },
  },
  {
    name: "before a dataset is deleted",
    isSmall: true,
    async play(scene) {
      const [name] = [...scene.ledger.tables.keys()];
      if (name === undefined) throw new Error("there is no table to delete");
      scene.disk.fill();
      const status = await persistently(() => deleteTable(scene.ledger, scene.url(), name));
      strictEqual(status, 200, "deleting a dataset on a full disk");
    },
  },
  {
    name: "before traces are deleted",
    async play(scene) {
      const [run] = [...scene.ledger.runs.keys()];
      if (run === undefined) throw new Error("there is no run to delete");
      scene.disk.fill();
      const deleted = await persistently(() => deleteRun(scene.ledger, scene.url(), run));
      strictEqual(deleted, 200, "deleting a run on a full disk");
      const cleared = await persistently(() => clearTraces(scene.ledger, scene.url()));
      strictEqual(cleared, 200, "clearing traces on a full disk");
    },
  },
  {
    name: "while parts are merged",
    async play(scene) {
      const query = engineOf(scene.dataDir);
      for (let part = 0; part < 4; part++) await sendRun(scene.ledger, scene.url(), scene.next(), 2_000);
      const merging = query("OPTIMIZE TABLE otel_traces.otel_traces FINAL").catch(() => "");
      scene.disk.fill();
      await merging;
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    },
  },
  {
    name: "before a start",
    async play(scene) {
      await scene.stop();
      scene.disk.fill();
      // With its ballast it starts; either way it says why.
      await scene.start();
      await expectFull(scene);
    },
  },
  {
    name: "before a stop",
    async play(scene) {
      await sendRun(scene.ledger, scene.url(), scene.next(), 500);
      scene.disk.fill();
      await scene.stop();
    },
  },
  {
    name: "before it is killed",
    async play(scene) {
      const stop = keepSending(scene);
      const uploading = upload(scene.ledger, scene.url(), newTable(scene, 300_000));
      await new Promise((resolve) => setTimeout(resolve, 700));
      await scene.disk.fillSlowly();
      await scene.kill();
      await stop();
      await uploading;
    },
  },
];
