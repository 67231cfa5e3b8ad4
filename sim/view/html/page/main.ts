/** The page's own doing: the view of a schedule, values under the pointer, tables that open for print. */

import { escaped } from "../../plots/escape.ts";
import type { PageSchedules } from "./data.ts";
import { fillOf, ganttSvg, maxRows, overviewSvg, overviewTime, shownMs, type View } from "./gantt.ts";
import {
  lateBeyond,
  livesWithin,
  longestQueueAt,
  type RequestLife,
  type Schedule,
  unpackedSchedule,
} from "./schedule.ts";

function element<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** The chooser of scheduler, seed and window, and what it shows. */
class ScheduleView {
  private readonly data: PageSchedules;
  private readonly scheduler = element<HTMLSelectElement>("schedule-scheduler");
  private readonly seed = element<HTMLSelectElement>("schedule-seed");
  private readonly length = element<HTMLSelectElement>("schedule-length");
  private readonly position = element<HTMLInputElement>("schedule-from");
  private schedule: Schedule;
  private middle: number;
  /** When the late request is done that the window was moved to; the window may not reach so far. */
  private lateAt: number | undefined;

  constructor(data: PageSchedules) {
    this.data = data;
    const first = data.runs[data.first.run];
    fillSelect(this.scheduler, [...new Set(data.runs.map(({ scheduler }) => scheduler))], first.scheduler);
    fillSelect(this.seed, this.seedsOf(first.scheduler), String(first.seed));
    this.schedule = this.chosen();
    const lengths = [1 / 5, 1 / 2, 1, 2, 5, 10].map((factor) => Math.round(factor * data.first.lengthTicks));
    for (const ticks of [...lengths.filter((length) => length < this.schedule.end), this.schedule.end]) {
      const text = ticks === this.schedule.end ? "the whole run" : `${shownMs(ticks * data.tickMs)} ms`;
      this.length.add(new Option(text, String(ticks), false, ticks === data.first.lengthTicks));
    }
    this.middle = longestQueueAt(this.schedule);
    this.listen();
    element("schedule-controls").hidden = false;
    this.draw();
  }

  private listen(): void {
    this.scheduler.addEventListener("change", () => {
      fillSelect(this.seed, this.seedsOf(this.scheduler.value), this.seed.value);
      this.reload();
    });
    this.seed.addEventListener("change", () => this.reload());
    this.length.addEventListener("change", () => this.draw());
    this.position.addEventListener("input", () =>
      this.moveTo((Number(this.position.value) / 1000) * this.schedule.end),
    );
    element("schedule-earlier").addEventListener("click", () => this.moveTo(this.middle - this.window().length / 2));
    element("schedule-later").addEventListener("click", () => this.moveTo(this.middle + this.window().length / 2));
    element("schedule-crowd").addEventListener("click", () => this.moveTo(longestQueueAt(this.schedule)));
    element("schedule-late-before").addEventListener("click", () => this.moveToLate(true));
    element("schedule-late").addEventListener("click", () => this.moveToLate(false));
    element("schedule-overview").addEventListener("click", ({ clientX }) => {
      const box = element("schedule-overview").firstElementChild?.getBoundingClientRect();
      if (box !== undefined) this.moveTo(overviewTime(clientX - box.left, this.schedule, box.width));
    });
    window.addEventListener("resize", () => this.draw());
  }

  private seedsOf(scheduler: string): string[] {
    return this.data.runs.filter((run) => run.scheduler === scheduler).map(({ seed }) => String(seed));
  }

  private chosen(): Schedule {
    const { runs, seeds } = this.data;
    const seed = Number(this.seed.value);
    const run = runs.find((each) => each.scheduler === this.scheduler.value && each.seed === seed) as (typeof runs)[0];
    return unpackedSchedule(seeds.find((each) => each.seed === seed) as (typeof seeds)[0], run);
  }

  private reload(): void {
    this.schedule = this.chosen();
    this.draw();
  }

  /** To the end of the nearest late request beyond the one that is shown; there the window stays that has none beyond. */
  private moveToLate(isBackwards: boolean): void {
    const late = lateBeyond(this.schedule, this.lateAt ?? this.middle, isBackwards);
    if (late === undefined) {
      element("schedule-says").textContent = `No late request is done ${isBackwards ? "before" : "after"} this window.`;
      return;
    }
    this.moveTo(late.finish);
    this.lateAt = late.finish;
  }

  private moveTo(middle: number): void {
    this.middle = middle;
    this.lateAt = undefined;
    this.draw();
  }

  /** The window, kept within the run. */
  private window(): { readonly from: number; readonly length: number } {
    const { end } = this.schedule;
    const length = Math.min(Number(this.length.value), end);
    return { from: Math.min(Math.max(0, this.middle - length / 2), end - length), length };
  }

  private draw(): void {
    const { tickMs, networks, colours } = this.data;
    const { from, length } = this.window();
    this.middle = from + length / 2;
    const width = Math.max(300, Math.min(1000, element("schedule-gantt").clientWidth));
    const view = { from, to: from + length, tickMs, width, networks, colours };
    const lives = livesWithin(this.schedule, view.from, view.to);
    element("schedule-overview").innerHTML = overviewSvg(this.schedule, view);
    element("schedule-gantt").innerHTML = ganttSvg(lives, view);
    element("schedule-legend").innerHTML = legend(lives, view);
    element("schedule-numbers").innerHTML = tableOf(lives, view);
    element("schedule-says").textContent = this.saying(lives, view);
    this.position.value = String((this.middle / this.schedule.end) * 1000);
    this.position.setAttribute("aria-valuetext", `around ${shownMs(this.middle * tickMs)} ms`);
  }

  private saying(lives: readonly RequestLife[], { from, to, tickMs }: View): string {
    const late = lives.filter(({ finish, deadline }) => finish > deadline).length;
    const rest = lives.length > maxRows ? `; the first ${maxRows} are drawn, ${maxTableRows} in the table at most` : "";
    return (
      `${this.scheduler.value}, seed ${this.seed.value}, ${shownMs(from * tickMs)} to ${shownMs(to * tickMs)} ms: ` +
      `${lives.length} requests, ${late} of them late in the end${rest}.`
    );
  }
}

function fillSelect(select: HTMLSelectElement, names: readonly string[], chosen: string): void {
  select.replaceChildren(...names.map((name) => new Option(name, name, false, name === chosen)));
}

function legend(lives: readonly RequestLife[], view: View): string {
  const shown = view.networks.filter((_, network) => lives.some((life) => life.network === network));
  return shown
    .map((name) => {
      const fill = fillOf(view.networks.indexOf(name), view);
      return `<span><svg width="12" height="12" aria-hidden="true"><rect width="12" height="12" ${fill}/></svg> ${escaped(name)}</span>`;
    })
    .join("");
}

const maxTableRows = 1000;

function tableOf(lives: readonly RequestLife[], { networks, tickMs }: View): string {
  const ms = (ticks: number) => `<td>${shownMs(ticks * tickMs)}</td>`;
  const rows = lives
    .slice(0, maxTableRows)
    .map(
      ({ request, network, arrival, deadline, finish, turns }) =>
        `<tr><th scope="row">${request}</th><td class="word">${escaped(networks[network])}</td>${ms(arrival)}${ms(turns[0]?.from ?? arrival)}` +
        `${ms(finish)}${ms(deadline)}<td>${finish > deadline ? shownMs((finish - deadline) * tickMs) : "–"}</td><td>${turns.length}</td></tr>`,
    );
  const titles = ["request", "network", "arrives, ms", "begins", "done", "deadline", "late by, ms", "turns"];
  const head = titles.map((title) => `<th scope="col">${title}</th>`).join("");
  return `<table><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

/** What a mark says, beside the pointer. */
function showValuesUnderPointer(): void {
  const note = element("note");
  document.addEventListener("scroll", () => {
    note.hidden = true;
  });
  document.addEventListener("pointermove", ({ target, clientX, clientY }) => {
    const mark = target instanceof Element ? target.closest("[data-says]") : null;
    note.hidden = mark === null;
    if (mark === null) return;
    note.textContent = mark.getAttribute("data-says");
    const { clientWidth } = document.documentElement;
    note.style.left = `${Math.max(4, Math.min(clientX + 12, clientWidth - note.offsetWidth - 8))}px`;
    note.style.top = `${clientY + 16}px`;
  });
}

/** Paper cannot be clicked: short tables open for it. */
function openTablesForPrint(): void {
  const opened: HTMLDetailsElement[] = [];
  window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) {
      if (details.open || details.querySelectorAll("tr").length > 40) continue;
      details.open = true;
      opened.push(details);
    }
  });
  window.addEventListener("afterprint", () => {
    for (const details of opened.splice(0)) details.open = false;
  });
}

const schedules = document.getElementById("schedules");
if (schedules !== null) new ScheduleView(JSON.parse(schedules.textContent ?? ""));
showValuesUnderPointer();
openTablesForPrint();
