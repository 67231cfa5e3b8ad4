/** The report of a run of 1000 requests in a browser: does it open in silence, is everything there, does it answer? */
import { statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dysta, scratchFolder } from "../sim/cli/dysta.ts";
import { hasChromium, launchChromium } from "./chromium.ts";

const folder = join(scratchFolder(), "results");
const desktop = { viewport: { width: 1200, height: 900 } };
const phone = { viewport: { width: 390, height: 800 } };

let browser: Browser;
/** What pages said and asked for that they should not have. */
const complaints: string[] = [];

async function open(options: BrowserContextOptions): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage();
  const address = pathToFileURL(join(folder, "report.html")).href;
  page.on("console", (message) => complaints.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (url !== address && !url.startsWith("data:")) complaints.push(`request: ${url}`);
  });
  await page.goto(address);
  return page;
}

describe.skipIf(!hasChromium)("the report in Chromium", () => {
  beforeAll(async () => {
    const { status, stderr } = dysta(["run", "--dispatch", "hardware", "--seeds", "2", "--out", folder], {
      cwd: scratchFolder(),
    });
    expect([status, stderr]).toEqual([0, ""]);
    browser = await launchChromium();
  }, 600_000);

  afterAll(async () => {
    await browser?.close();
    expect(complaints).toEqual([]);
  });

  it("is under 10 MB, and drawn at once", async () => {
    const { size } = statSync(join(folder, "report.html"));
    expect(size).toBeLessThan(10e6);
    const page = await open(desktop);
    const drawnMs = await page.evaluate<number>(
      "new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()), 0)))",
    );
    process.stdout.write(
      `report of 1000 requests: ${(size / 1e6).toFixed(1)} MB, drawn after ${drawnMs.toFixed(0)} ms\n`,
    );
  });

  it.each([
    ["desktop", desktop],
    ["phone", phone],
    ["dark", { ...desktop, colorScheme: "dark" }],
  ] as [string, BrowserContextOptions][])("has all figures with their numbers (%s)", async (_, options) => {
    const page = await open(options);
    const sections = await page.locator("section").evaluateAll((all) => all.map(({ id }) => id));
    expect(sections).toEqual([
      ...[
        "summary",
        "tradeoff",
        "turnaround",
        "queue",
        "schedule",
        "utilisation",
        "roofline",
        "prediction",
        "agreement",
      ],
    ]);
    for (const id of sections.slice(1)) {
      const svgs = await page.locator(`#${id} figure .scroll svg`).all();
      expect(svgs.length).toBeGreaterThan(0);
      for (const svg of svgs) {
        const box = await svg.boundingBox();
        expect(box?.width).toBeGreaterThan(200);
        expect(box?.height).toBeGreaterThan(40);
      }
      expect(await page.locator(`#${id} details table tbody tr`).count()).toBeGreaterThan(2);
    }
    const [scrollWidth, clientWidth] = await page.evaluate<number[]>(
      "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
    );
    expect(scrollWidth).toBe(clientWidth);
  });

  it("is dark where the reader wants it, and light on paper", async () => {
    const page = await open({ ...desktop, colorScheme: "dark" });
    const colours = () =>
      page.evaluate<string[]>(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('#queue svg > rect')).fill]",
      );
    expect(await colours()).toEqual(["rgb(24, 24, 24)", "rgb(24, 24, 24)"]);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await colours()).toEqual(["rgb(255, 255, 255)", "rgb(255, 255, 255)"]);
  });

  it("shows another schedule, another window and their numbers when asked, by keyboard as well", async () => {
    const page = await open(desktop);
    const seen = new Set<string>();
    const changes = async () => {
      const drawing = await page.locator("#schedule-gantt").innerHTML();
      expect(seen.has(drawing)).toBe(false);
      seen.add(drawing);
      const rows = await page.locator("#schedule-gantt [data-says]").count();
      expect(rows).toBeGreaterThan(0);
      expect(await page.locator("#schedule-numbers tbody tr").count()).toBe(rows);
      return page.locator("#schedule-says").textContent();
    };
    expect(await changes()).toMatch(/^dysta, seed 1, /);
    await page.selectOption("#schedule-scheduler", "fcfs");
    expect(await changes()).toMatch(/^fcfs, seed 1, /);
    await page.selectOption("#schedule-seed", "2");
    expect(await changes()).toMatch(/^fcfs, seed 2, /);
    await page.selectOption("#schedule-length", { index: 0 });
    await changes();
    await page.click("#schedule-later");
    await changes();
    await page.focus("#schedule-from");
    await page.keyboard.press("ArrowLeft");
    await changes();
    await page.focus("#schedule-earlier");
    await page.keyboard.press("Enter");
    await changes();
    await page.click("#schedule-overview svg", { position: { x: 600, y: 30 } });
    await changes();
    await page.click("#schedule-crowd");
    await changes();
  });

  it("says the values of a mark under the pointer", async () => {
    const page = await open(desktop);
    const note = page.locator("#note");
    await page.locator('#turnaround svg [data-says^="sjf:"]').first().hover();
    expect(await note.textContent()).toMatch(/^sjf: median \d/);
    await page.locator("#schedule-gantt [data-says]").first().hover();
    expect(await note.textContent()).toMatch(/^request \d+, /);
    await page.locator("h1").hover();
    expect(await note.isHidden()).toBe(true);
  });

  it.each([
    ["1400 pixels", { viewport: { width: 1400, height: 900 } }],
    ["1000 pixels", { viewport: { width: 1000, height: 900 } }],
    ["800 pixels", { viewport: { width: 800, height: 900 } }],
    ["in the dark", { ...desktop, colorScheme: "dark" }],
  ] as [string, BrowserContextOptions][])("cuts no figure off, and axe finds no fault (%s)", async (_, options) => {
    const page = await open({ ...options, bypassCSP: true });
    const cut = await page
      .locator("figure .scroll")
      .evaluateAll((all) => all.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1).length);
    expect(cut).toBe(0);
    await page.addScriptTag({ content: axe.source });
    const found = await page.evaluate<string[]>(
      "axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html.slice(0, 120)))",
    );
    expect(found).toEqual([]);
  });

  it("draws every request of the whole run, and leads to the next late one by keyboard", async () => {
    const page = await open(desktop);
    await page.selectOption("#schedule-scheduler", "fcfs");
    await page.selectOption("#schedule-length", { label: "the whole run" });
    expect(await page.locator("#schedule-gantt [data-says]").count()).toBe(1000);
    await page.selectOption("#schedule-length", { index: 0 });
    await page.focus("#schedule-late");
    await page.keyboard.press("Enter");
    const late = await page.locator('#schedule-gantt [data-says*=" ms late"]').count();
    expect(late).toBeGreaterThan(0);
  });

  it("says the values of layers on the roofline and of points of the trade-off under the pointer", async () => {
    const page = await open(desktop);
    for (const [id, says] of [
      ["tradeoff", /: ANTT \d/],
      ["roofline", / MACs per cycle, mostly /],
    ] as const) {
      await page.locator(`#${id} svg [data-says]`).last().hover({ force: true });
      expect(await page.locator("#note").textContent()).toMatch(says);
    }
  });

  it("opens its short tables for print, and closes them again", async () => {
    const page = await open(desktop);
    const openTables = () => page.locator("details[open]").count();
    expect(await openTables()).toBe(0);
    await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
    expect(await openTables()).toBeGreaterThan(5);
    await page.evaluate("window.dispatchEvent(new Event('afterprint'))");
    expect(await openTables()).toBe(0);
  });
});
