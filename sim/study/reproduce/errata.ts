/** Where the paper contradicts itself, found by plotting its published numbers again; the evidence is computed from them. */
import { table6 } from "../../../hw/synthesis/published.ts";
import type { Findings } from "./item.ts";
import type { PointQuestion } from "./points.ts";
import type { Panel, Published } from "./published.ts";
import { defaultPoints } from "./table5.ts";

export interface Erratum {
  readonly what: string;
  readonly evidence: readonly string[];
}

/** @param findings points that have been run are asked for the noise of five seeds; others are left out. */
export function errataOf({ published }: Pick<Findings, "published">, noise: readonly string[]): Erratum[] {
  return [
    truncation(published),
    { ...disagreement(published), evidence: [...disagreement(published).evidence, ...noise] },
    annotations12(published),
    annotations13(published),
    notTheLowest(published),
    rising(published),
    oracleBeaten(published),
    {
      what: 'Section 6.3 says that ANTT is "nearly 2×" lower than SJF\'s in multi-CNN',
      evidence: [
        `Table 5: ${published.table5.SJF[2]} against ${published.table5.Dysta[2]}, ${factor(published.table5.SJF[2], published.table5.Dysta[2])}×`,
      ],
    },
    {
      what: "Table 6: the DSPs do not add up",
      evidence: [
        `${table6.eyerissV2.dsp} + ${table6.scheduler.dsp} = ${table6.eyerissV2.dsp + table6.scheduler.dsp}, printed 196`,
      ],
    },
  ];
}

const panels = (published: Published) =>
  (["attnn", "cnn"] as const).flatMap((workload) =>
    Object.entries(published.fig14[workload]).map(([rate, panel]) => ({
      workload,
      rate,
      panel,
      name: `${workload === "attnn" ? "AttNN" : "CNN"} ${rate}/s`,
    })),
  );

function factor(a: number, b: number): string {
  return (a / b).toFixed(2);
}

function truncation({ table5, fig14 }: Published): Erratum {
  const [attention, cnn] = [fig14.attnn[30], fig14.cnn[3]];
  const read = (scheduler: string) => [
    attention.antt[scheduler][10],
    attention.violationPct[scheduler][10],
    cnn.antt[scheduler][10],
    cnn.violationPct[scheduler][10],
  ];
  const columns = ["AttNN ANTT", "AttNN violations %", "CNN ANTT", "CNN violations %"];
  const wrong = Object.entries(table5).flatMap(([scheduler, printed]) =>
    read(scheduler).flatMap((value, k) =>
      Math.abs(value - printed[k]) <= 0.05
        ? []
        : [`${scheduler}, ${columns[k]}: plotted ${value}, printed ${printed[k]}`],
    ),
  );
  return { what: "Table 5 is cut after the first decimal, not rounded (and SJF's 15.52 became 15.2)", evidence: wrong };
}

function disagreement({ fig14, fig15 }: Published): Erratum {
  const rates = { attnn: ["30", "40"], cnn: ["3", "4"] } as const;
  const evidence = (["attnn", "cnn"] as const).flatMap((workload) =>
    rates[workload].map((rate) => {
      const [one, other] = [fig14[workload][rate], fig15[workload]];
      const pairs = (["FCFS", "SJF", "Dysta"] as const).map((scheduler) => {
        const pair = (panel: Panel, x: string) => `${panel.violationPct[scheduler][x]} % / ${panel.antt[scheduler][x]}`;
        return `${scheduler} ${pair(one, "10")} and ${pair(other, rate)}`;
      });
      return `${workload === "attnn" ? "AttNN" : "CNN"} ${rate}/s: ${pairs.join("; ")}`;
    }),
  );
  return {
    what: "Fig. 14 and Fig. 15 disagree at one and the same point (SLO × 10): the artifact seeds its generator once and draws the requests of all rates one after another",
    evidence,
  };
}

/** What five seeds can say: the spread of the means of five of ours, in the artifact's semantics. */
export function noiseOfFiveSeeds(findings: Pick<Findings, "point">): string[] {
  return defaultPoints.flatMap((question: PointQuestion) => {
    const antt = findings.point(question).values("artifact", "FCFS", "antt");
    const groups = Array.from({ length: Math.floor(antt.length / 5) }, (_, k) => antt.slice(5 * k, 5 * k + 5));
    if (groups.length < 2) return [];
    const means = groups.map((group) => group.reduce((sum, value) => sum + value, 0) / group.length);
    const [least, most] = [Math.min(...means), Math.max(...means)].map((value) => value.toFixed(1));
    const place = question.workload === "attnn" ? "AttNN 30/s" : "CNN 3/s";
    return [`ours, ${place}: ${groups.length} groups of five seeds give FCFS an ANTT from ${least} to ${most}`];
  });
}

function annotations12(published: Published): Erratum {
  const evidence = panels(published).map(({ panel, name }) => {
    const { violationPct, antt } = panel;
    const printed = published.fig12Annotations[name];
    const others = ["FCFS", "Planaria"]
      .map((other) => `${factor(antt[other][10], antt.Dysta[10])}× ${other}`)
      .join(", ");
    const points = ["PREMA", "Planaria", "SJF"]
      .map((other) => `${(violationPct[other][10] - violationPct.Dysta[10]).toFixed(1)} ${other}`)
      .join(", ");
    return `${name}: printed ${printed.anttFactor}× and ${printed.points} points; the markers give ${others} and ${points}`;
  });
  return {
    what: "Fig. 12: the annotations of panels (b) and (d) are not what is plotted, and each is against another baseline",
    evidence,
  };
}

function annotations13({ fig13, fig13Annotations }: Published): Erratum {
  const evidence = (["attnn", "cnn"] as const).map((workload) => {
    const { violationPct, antt } = fig13[workload];
    const printed = fig13Annotations[workload];
    const variants = ["Dysta-w/o-sparse", "Dysta"];
    const points = variants.map((name) => (violationPct.PREMA - violationPct[name]).toFixed(2)).join(" and ");
    const percent = variants.map((name) => ((1 - antt[name] / antt.PREMA) * 100).toFixed(1)).join(" and ");
    return (
      `${workload === "attnn" ? "AttNN" : "CNN"}: printed ${printed.points.join(" and ")} points, ${printed.anttPercent.join(" and ")} % of ANTT; ` +
      `the bars give ${points} points, ${percent} %`
    );
  });
  return { what: "Fig. 13: the annotations are not what is plotted", evidence };
}

function notTheLowest(published: Published): Erratum {
  const evidence = panels(published).flatMap(({ panel, name }) =>
    (["violationPct", "antt"] as const).flatMap((metric) => {
      const curves = panel[metric];
      return Object.keys(curves.Dysta).flatMap((slo) => {
        const better = ["FCFS", "SJF", "PREMA", "Planaria", "SDRM3"].filter(
          (other) => curves[other][slo] < curves.Dysta[slo] - 0.05,
        );
        if (better.length === 0) return [];
        const said = better.map((other) => `${other} ${curves[other][slo]}`).join(", ");
        return [
          `${name} × ${slo}, ${metric === "antt" ? "ANTT" : "violations %"}: Dysta ${curves.Dysta[slo]}, ${said}`,
        ];
      });
    }),
  );
  return {
    what: 'Section 6.4 says that Dysta has "the lowest violation rate and ANTT across different latency SLOs"; Fig. 14 shows others below it',
    evidence,
  };
}

function rising(published: Published): Erratum {
  const evidence = panels(published).flatMap(({ panel, name }) =>
    (["violationPct", "antt"] as const).flatMap((metric) => {
      const steps = Object.entries(panel[metric].Dysta);
      return steps.slice(1).flatMap(([slo, value], k) => {
        const [before, earlier] = steps[k];
        const [rise, title] = metric === "antt" ? [0.5, "ANTT"] : [0.1, "violations %"];
        return value <= earlier + rise
          ? []
          : [`${name}, Dysta, ${title}: ${earlier} at × ${before}, ${value} at × ${slo}`];
      });
    }),
  );
  return {
    what: 'Section 6.4 says that both metrics "exhibit a declining trend" with the SLO; Dysta\'s rise in places',
    evidence,
  };
}

function oracleBeaten(published: Published): Erratum {
  const evidence = panels(published).flatMap(({ panel, name }) => {
    const { Oracle, Dysta } = panel.violationPct;
    const slos = Object.keys(Dysta).filter((slo) => Dysta[slo] < Oracle[slo] - 0.05);
    return slos.map((slo) => `${name} × ${slo}: Dysta ${Dysta[slo]} %, Oracle ${Oracle[slo]} %`);
  });
  return { what: "Fig. 14: the oracle, shown as what is best, has more violations than Dysta", evidence };
}
