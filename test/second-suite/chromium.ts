/** Headless Chromium, where it is installed; nothing here loads anything from a network. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = places.find((path) => existsSync(path));

export const hasChromium = executablePath !== undefined;

if (!hasChromium) {
  process.stderr.write(
    "the report is not looked at in a browser: no Chromium found (Debian: apt-get install chromium)\n",
  );
}

const quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export function launchChromium(): Promise<Browser> {
  if (executablePath === undefined) throw new Error("no Chromium");
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", ...quiet] });
}
