//===- Program.cpp - Programs and functions for C -------------------------===//

#include "../Runtime/Error.h"
#include "ProgramHandle.h"

#include "mlir/IR/BuiltinTypeInterfaces.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

using namespace mlir;
using namespace mlir::cca;
using ::cca::fail;

static_assert(ShapedType::kDynamic == CCA_ANY, "sizes are passed as they are");
static_assert(static_cast<int32_t>(ProgramRole::Result) == CCA_ROLE_RESULT &&
                  static_cast<int32_t>(ProgramRole::Workspace) ==
                      CCA_ROLE_WORKSPACE &&
                  static_cast<int32_t>(ProgramRole::Packed) == CCA_ROLE_PACKED,
              "roles are passed as they are");

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

cca_program::cca_program(Program made, std::string text)
    : program(std::move(made)), messages(std::move(text)),
      bytes(program.getImage().serialize()) {
  for (auto [index, function] : llvm::enumerate(program.getImage().functions)) {
    cca_function handle{
        &function, program.getFunction(index), &program, index, {}};
    for (const ProgramParameter &parameter : function.parameters)
      handle.parameters.push_back(
          {parameter.name.c_str(), parameter.type.c_str(),
           static_cast<int32_t>(parameter.role),
           parameter.isScalar ? -1
                              : static_cast<int32_t>(parameter.sizes.size()),
           parameter.sizes.data(), parameter.packed});
    functions.push_back(std::move(handle));
  }
}

const char *cca_program_messages(const cca_program *program) {
  return program ? program->messages.c_str() : "";
}

const char *cca_program_ptx(const cca_program *program, size_t *length) {
  if (length)
    *length = program ? program->program.getImage().ptx.size() : 0;
  return program ? program->program.getImage().ptx.c_str() : "";
}

const void *cca_program_bytes(const cca_program *program, size_t *length) {
  if (length)
    *length = program ? program->bytes.size() : 0;
  return program ? program->bytes.data() : nullptr;
}

size_t cca_program_function_count(const cca_program *program) {
  return program ? program->functions.size() : 0;
}

const cca_function *cca_program_function(const cca_program *program,
                                         size_t index) {
  if (index >= cca_program_function_count(program))
    return nullptr;
  return &program->functions[index];
}

const cca_function *cca_program_find_function(const cca_program *program,
                                              const char *name) {
  if (!program || !name) {
    fail(CCA_ERROR_INVALID_ARGUMENT,
         "expects a program and a name, but got null");
    return nullptr;
  }
  std::string names;
  for (const cca_function &function : program->functions) {
    if (function.function->name == name)
      return &function;
    names += (names.empty() ? "@" : ", @") + function.function->name;
  }
  fail(CCA_ERROR_INVALID_ARGUMENT,
       "expects a function @%s, but the program has %s", name, names.c_str());
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

const char *cca_function_name(const cca_function *function) {
  return function ? function->function->name.c_str() : "";
}

size_t cca_function_parameter_count(const cca_function *function) {
  return function ? function->parameters.size() : 0;
}

const cca_parameter *cca_function_parameter(const cca_function *function,
                                            size_t index) {
  if (index >= cca_function_parameter_count(function))
    return nullptr;
  return &function->parameters[index];
}

static int32_t failNull(const cca_function &function, size_t index) {
  return fail(CCA_ERROR_INVALID_ARGUMENT,
              "expects a pointer for argument #%zu of @%s, but got null",
              index + 1, function.function->name.c_str());
}

int32_t cca_function_workspace_size(const cca_function *function,
                                    void *const *arguments, int64_t *bytes) {
  if (!function || !arguments || !bytes)
    return fail(CCA_ERROR_INVALID_ARGUMENT,
                "expects a function, its arguments and where to put the bytes, "
                "but got null");
  *bytes = 0;
  const auto &sizes = function->function->workspaceSizes;
  if (!sizes)
    return CCA_SUCCESS;
  for (auto [parameter, dimension] : *sizes)
    if (!arguments[parameter])
      return failNull(*function, parameter);
  *bytes = *function->program->getWorkspaceBytes(
      function->index, llvm::ArrayRef(arguments, function->parameters.size()));
  return CCA_SUCCESS;
}

int32_t cca_function_call(const cca_function *function, void *const *arguments,
                          void *stream) {
  if (!function || (!arguments && !function->parameters.empty()))
    return fail(CCA_ERROR_INVALID_ARGUMENT,
                "expects a function and its arguments, but got null");
  // Enough for a whole block: nothing is allocated then.
  llvm::SmallVector<void *, 32> all(arguments,
                                    arguments + function->parameters.size());
  for (auto [index, argument] : llvm::enumerate(all))
    if (!argument)
      return failNull(*function, index);
  all.push_back(stream);
  return function->call(all.data());
}
