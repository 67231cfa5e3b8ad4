/** Mistakes in the scheduling unit's netlist, in a short form: some of its registers, memories and cells. */
import { mistakesAreNoticed } from "./unit-mutants-suite.ts";

mistakesAreNoticed({
  registers: ["state", "dispatch_tag", "u_controller.in_pipeline_q", "u_compute.slack_q", "u_tables.per_output_q"],
  memories: ["u_requests.scores", "u_tables.remaining_table"],
  cells: 20,
  unnoticed: 4,
  pieces: 6,
});
