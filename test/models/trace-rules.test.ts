/** Does the checker of traces see every kind of mistake it is there for? */
import { describe, expect, it } from "vitest";
import { traceComplaints } from "./trace-rules.ts";

const process = { ph: "M", name: "process_name", pid: 1, args: { name: "p" } };
const thread = { ph: "M", name: "thread_name", pid: 1, tid: 1, args: { name: "t" } };
const slice = (ts: unknown, dur: unknown, name = "s") => ({ ph: "X", name, pid: 1, tid: 1, ts, dur });
const counter = (ts: number, args: object) => ({ ph: "C", name: "c", pid: 1, ts, args });

function complaints(...events: object[]): string[] {
  return traceComplaints(JSON.stringify({ displayTimeUnit: "ns", traceEvents: events }));
}

describe("a trace", () => {
  it("is good with names, nested and adjoining slices, instants and counters", () => {
    const instant = { ph: "i", name: "i", pid: 1, tid: 1, ts: 4, s: "t" };
    const slices = [slice(0, 2), slice(0, 1), slice(1, 1), slice(2, 0.001), slice(3, 0)];
    expect(complaints(process, thread, ...slices, instant, counter(1, { a: 1 }), counter(2, { a: 0 }))).toEqual([]);
  });

  it.each([
    ["overlap", [slice(0, 2, "first"), slice(1, 2, "second")], "second overlaps first"],
    ["overlap inside another", [slice(0, 9), slice(1, 2, "first"), slice(2, 2, "second")], "second overlaps first"],
    ["disorder", [slice(2, 1), slice(0, 1)], "earlier"],
    ["a duration below nothing", [slice(0, -1)], "dur -1"],
    ["no duration", [slice(0, undefined)], "dur"],
    ["a time between nanoseconds", [slice(0.0001, 1)], "ts 0.0001"],
    ["a time as text", [slice("1", 1)], "ts 1"],
    ["a track without a name", [{ ...slice(0, 1), tid: 2 }], "track 1 2 unnamed"],
    ["a process without a name", [{ ...counter(0, { a: 1 }), pid: 2 }], "process 2 unnamed"],
    ["a name given twice", [thread, slice(0, 1)], "thread_name"],
    ["an empty track", [], "track 1 1 empty"],
    ["a counter of text", [slice(0, 1), counter(0, { a: "1" })], "a counter needs numbers"],
    ["a counter of nothing", [slice(0, 1), counter(0, {})], "a counter needs numbers"],
    ["a counter that goes back", [slice(0, 1), counter(2, { a: 1 }), counter(1, { a: 1 })], "earlier"],
    ["an instant without scope", [slice(0, 1), { ph: "i", name: "i", pid: 1, tid: 1, ts: 1 }], "scope undefined"],
    ["another phase", [slice(0, 1), { ph: "Q", name: "q", pid: 1, tid: 1, ts: 1 }], "phase Q"],
    ["an event without a name", [slice(0, 1), { ph: "X", pid: 1, tid: 1, ts: 1, dur: 1 }], "no name"],
    ["other metadata", [slice(0, 1), { ph: "M", name: "colour", pid: 1, args: {} }], "metadata colour"],
  ])("is not with %s", (_, events, expected) => {
    const found = complaints(process, thread, ...events);
    expect(found.filter((text) => text.includes(expected))).toHaveLength(1);
  });

  it("needs its list of events and a unit to show times in", () => {
    expect(traceComplaints("{}")).toEqual(["displayTimeUnit undefined", "no traceEvents"]);
  });
});
