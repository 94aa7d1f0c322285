//===- JITRuntime.h - What compiled code may call ---------------*- C++ -*-===//

#ifndef CCA_TOOLS_RUN_JITRUNTIME_H
#define CCA_TOOLS_RUN_JITRUNTIME_H

#include "cca/Compiler/Linker.h"

namespace mlir {
namespace cca {

/// The functions that code compiled for the CPU may call: memory, the C
/// mathematics library, conversions to 16-bit floats, failed run-time checks,
/// beside those of `getLaunchFunctions`. A closed set: anything else that a
/// module declares is an error when it is compiled.
const FunctionTable &getRuntimeFunctions();

} // namespace cca
} // namespace mlir

#endif // CCA_TOOLS_RUN_JITRUNTIME_H
