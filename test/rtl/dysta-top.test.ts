/** The netlist of monitor and scheduling unit together, in a short form: one unit of two. */
import { topsAgree } from "./dysta-top-suite.ts";

topsAgree(["shared"]);
