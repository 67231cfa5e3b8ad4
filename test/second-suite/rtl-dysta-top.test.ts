/** The netlist of monitor and scheduling unit together: three units, and the vectors of a run. */
import { topsAgree, vectorsAreRight } from "../rtl/dysta-top-suite.ts";

topsAgree(["shared", "sharedOverlapped", "swpPlus"]);
vectorsAreRight();
