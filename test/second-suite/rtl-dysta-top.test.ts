/** The netlist of monitor and scheduling unit together: two units, and the vectors of a run. */
import { topsAgree, vectorsAreRight } from "../rtl/dysta-top-suite.ts";

topsAgree(["shared", "sharedOverlapped"]);
vectorsAreRight();
