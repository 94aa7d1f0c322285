//===- ProgramHandle.h - What the pointers of the C API are -----*- C++ -*-===//

#ifndef CCA_LIB_CAPI_PROGRAMHANDLE_H
#define CCA_LIB_CAPI_PROGRAMHANDLE_H

#include "cca-c/Compiler.h"
#include "cca/Compiler/Program.h"

struct cca_function {
  const mlir::cca::ProgramFunction *function;
  mlir::cca::Program::Function call;
  const mlir::cca::Program *program;
  size_t index;
  std::vector<cca_parameter> parameters;
};

/// Nothing of it changes after it is made, so that any number of threads can
/// use it.
struct cca_program {
  cca_program(mlir::cca::Program program, std::string messages);

  mlir::cca::Program program;
  std::string messages;
  std::string bytes;
  std::vector<cca_function> functions;
};

#endif // CCA_LIB_CAPI_PROGRAMHANDLE_H
