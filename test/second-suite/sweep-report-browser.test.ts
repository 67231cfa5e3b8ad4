/** Does the report of a sweep open in a browser in silence, with every figure drawn and within reach? */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { dysta, scratchFolder } from "../sim/cli/dysta.ts";
import { hasChromium, launchChromium } from "./chromium.ts";

const sweeps = { slo: ["axis-1"], "fifo-depth-format": ["axis-1", "axis-2", "axis-1-and-2"] };

describe.skipIf(!hasChromium)("the report of a sweep in Chromium", () => {
  it.each(Object.entries(sweeps))("%s", async (name, figures) => {
    const folder = join(scratchFolder(), "results");
    const { status, stderr } = dysta(["sweep", name, "--out", folder]);
    expect([status, stderr]).toEqual([0, ""]);
    const browser = await launchChromium();
    try {
      const page = await (await browser.newContext({ viewport: { width: 1200, height: 900 } })).newPage();
      const address = pathToFileURL(join(folder, "report.html")).href;
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("request", (request) => {
        if (request.url() !== address && !request.url().startsWith("data:")) complaints.push(request.url());
      });
      await page.goto(address);
      for (const id of figures) {
        const svgs = await page.locator(`#${id} figure .scroll svg`).all();
        expect(svgs.length).toBeGreaterThan(0);
        for (const svg of svgs) expect((await svg.boundingBox())?.width).toBeGreaterThan(200);
        expect(await page.locator(`#${id} details table tbody tr`).count()).toBeGreaterThan(0);
      }
      const width = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect(width).toBeLessThanOrEqual(1200);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
