//===- Compiler.cpp - The compiler for C ----------------------------------===//

#include "cca-c/Compiler.h"

#include "../Runtime/Error.h"
#include "Isolation.h"
#include "ProgramHandle.h"

#include "cca/Compiler/Dialects.h"
#include "cca/Target/HopperTarget.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace mlir::cca;
using ::cca::fail;

/// More than any program that people or generators write, and less than the
/// stack holds.
static constexpr size_t maxNesting = 1000;

namespace {
/// What a compilation leaves behind. Owned by both threads, because the one
/// that compiles may never come back.
struct Compilation {
  std::string text;
  bool reportSchedules = false;
  bool fusePrologue = false;
  std::string messages;
  std::optional<ProgramImage> image;

  void run();
};
} // namespace

void Compilation::run() {
  DialectRegistry registry;
  registerCompilerDialects(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  // Diagnostics show the line of the source; what has become of it helps
  // nobody.
  context.printOpOnDiagnostic(false);
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(
      llvm::MemoryBuffer::getMemBuffer(text, "module",
                                       /*RequiresNullTerminator=*/true),
      llvm::SMLoc());
  llvm::raw_string_ostream os(messages);
  SourceMgrDiagnosticHandler diagnostics(sources, &context, os);
  auto module = parseSourceFile<ModuleOp>(sources, &context);
  if (!module || failed(checkCompilerDialects(*module)))
    return;
  ProgramOptions options;
  options.printSchedules = reportSchedules;
  if (fusePrologue)
    options.prologue = PrologueStructure::Fused;
  FailureOr<ProgramImage> compiled = compileProgram(*module, sources, options);
  if (succeeded(compiled))
    image = std::move(*compiled);
}

/// Makes the handle of an image that is compiled or read.
static int32_t load(ProgramImage image, std::string messages,
                    cca_program **program) {
  llvm::Expected<Program> loaded = Program::load(std::move(image));
  if (!loaded)
    return fail(CCA_ERROR_COMPILE, "cannot load the program: %s",
                llvm::toString(loaded.takeError()).c_str());
  *program = new cca_program(std::move(*loaded), std::move(messages));
  return CCA_SUCCESS;
}

int32_t cca_program_compile(const char *text, size_t length,
                            const cca_compile_options *options,
                            cca_program **program) {
  if (!program)
    return fail(CCA_ERROR_INVALID_ARGUMENT,
                "expects where to put the program, but got null");
  *program = nullptr;
  if (!text)
    return fail(CCA_ERROR_INVALID_ARGUMENT,
                "expects the text of a module, but got null");
  StringRef chip = options && options->chip ? options->chip : "";
  if (!chip.empty() && chip != HopperTarget::chip)
    return fail(CCA_ERROR_INVALID_ARGUMENT, "expects chip %s, but got %s",
                HopperTarget::chip.str().c_str(), options->chip);
  StringRef source(text, length);
  if (source.contains('\0'))
    return fail(CCA_ERROR_COMPILE,
                "expects the text of a module, but got a NUL in it");
  if (size_t nesting = getNesting(source); nesting > maxNesting)
    return fail(CCA_ERROR_COMPILE,
                "expects at most %zu nested brackets, but got %zu", maxNesting,
                nesting);

  auto compilation = std::make_shared<Compilation>();
  compilation->text = source.str();
  compilation->reportSchedules = options && options->report_schedules;
  compilation->fusePrologue = options && options->fuse_prologue;
  if (auto error = runIsolated([compilation] { compilation->run(); }))
    return fail(CCA_ERROR_COMPILE, "cannot compile the module: %s",
                error->c_str());
  if (!compilation->image)
    return fail(CCA_ERROR_COMPILE, "%s",
                StringRef(compilation->messages).rtrim('\n').str().c_str());
  return load(std::move(*compilation->image), std::move(compilation->messages),
              program);
}

int32_t cca_program_load(const void *bytes, size_t length,
                         cca_program **program) {
  if (!program)
    return fail(CCA_ERROR_INVALID_ARGUMENT,
                "expects where to put the program, but got null");
  *program = nullptr;
  if (!bytes)
    return fail(CCA_ERROR_INVALID_ARGUMENT,
                "expects the bytes of a program, but got null");
  auto image = ProgramImage::deserialize(
      StringRef(static_cast<const char *>(bytes), length));
  if (!image)
    return fail(CCA_ERROR_INVALID_ARGUMENT, "%s",
                llvm::toString(image.takeError()).c_str());
  return load(std::move(*image), "", program);
}

void cca_program_destroy(cca_program *program) { delete program; }
