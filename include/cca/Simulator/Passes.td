//===- Passes.td - Running kernels as a pass ---------------*- tablegen -*-===//

#ifndef CCA_SIMULATOR_PASSES_TD
#define CCA_SIMULATOR_PASSES_TD

include "mlir/Pass/PassBase.td"

def HopperSimulate : Pass<"hopper-simulate", "::mlir::ModuleOp"> {
  let summary = "Runs the module's public functions, to find races and deadlocks";
  let description = [{
    Executes each public function with a body, and the hopper kernels that it
    launches, on numbers between -1 and 1, and leaves the module as it is. Reads of
    shared memory that nobody wrote, races, missing fences, deadlocks and accesses
    out of bounds are errors at the ops that cause them. Integers are 0.

    For results, use `cca-run --target=sim`.

    Example: test/Simulator/hopper-simulate.mlir
  }];
  let options = [
    Option<"policy", "policy", "::mlir::cca::SimulatorPolicy",
           "::mlir::cca::SimulatorPolicy::Eager",
           "When copies and products complete, and which role goes on",
           [{::llvm::cl::values(
             clEnumValN(::mlir::cca::SimulatorPolicy::Eager, "eager", "at once"),
             clEnumValN(::mlir::cca::SimulatorPolicy::Latest, "latest",
                        "as late as possible"),
             clEnumValN(::mlir::cca::SimulatorPolicy::Random, "random",
                        "by the seed"),
             clEnumValN(::mlir::cca::SimulatorPolicy::Timed, "timed",
                        "by a cost model"))}]>,
    Option<"seed", "seed", "uint64_t", "0", "Of the policy random">,
    Option<"multiprocessors", "multiprocessors", "int64_t", "4",
           "Multiprocessors of the simulated device">,
    Option<"dynamicSize", "dynamic-size", "int64_t", "256",
           "What sizes of arguments are that the types leave open">
  ];
}

#endif // CCA_SIMULATOR_PASSES_TD
