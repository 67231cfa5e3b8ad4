// The encodings that cross a port: commands of the request port, states of the scheduling unit, phases of the PE.
//
// The numbers are those of hw/scheduling-unit/words.ts (commands), hw/scheduling-unit/stepped.ts (states, in order)
// and hw/array/pe-port.ts (phases); test/rtl/package.test.ts compares them. Ports carry the encodings as plain
// vectors, because Icarus Verilog 11 does not accept an enum of a package as the type of a port.
package dysta_pkg;
  // What the data on the request port are. A request is CommandTag, CommandDeadline, CommandScore, in this order; the
  // others write the tables.
  typedef enum logic [3:0] {
    CommandNone = 4'd0,
    CommandTag = 4'd1,
    CommandDeadline = 4'd2,
    CommandScore = 4'd3,
    CommandAddress = 4'd4,
    CommandRemaining = 4'd5,
    CommandDensity = 4'd6,
    CommandShape = 4'd7,
    CommandIsolated = 4'd8
  } command_e;

  // What the scheduling unit does.
  typedef enum logic [2:0] {
    StateIdle = 3'd0,
    StateRetire = 3'd1,
    StateCoefficient = 3'd2,
    StateScoring = 3'd3,
    StateSelect = 3'd4,
    StateExecute = 3'd5
  } state_e;

  // What the PE does.
  typedef enum logic [2:0] {
    PhaseIdle = 3'd0,
    PhaseLoad = 3'd1,
    PhaseFill = 3'd2,
    PhaseWalk = 3'd3,
    PhaseDrain = 3'd4,
    PhaseWait = 3'd5
  } phase_e;
endpackage
