//===- cca-compile.cpp - From MLIR to what other programs use -------------===//

#include "Assembler.h"
#include "Header.h"
#include "KernelTable.h"
#include "Support/Failure.h"
#include "Support/OutputFile.h"
#include "Support/Stopwatch.h"

#include "cca/Compiler/HostCode.h"
#include "cca/Compiler/Kernels.h"
#include "cca/Register.h"
#include "cca/Target/HopperTarget.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace mlir::cca;
namespace cl = llvm::cl;

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

static const char *const overview =
    "cca-compile: compile an MLIR module for Hopper GPUs\n\n"
    "The public functions of the module become C functions that launch its\n"
    "kernels: link the object of --emit=obj with -lcca_runtime, and declare "
    "them\nby the header of --emit=header. No GPU and no CUDA are needed, but "
    "for\ncubins, which NVIDIA's ptxas makes.\n\n"
    "The exit status is 0 on success, and 1 on any error; then no output is\n"
    "written.\n";

enum class Emit { ptx, cubin, llvm, obj, header };
enum class Embed { ptx, cubin };

static cl::OptionCategory category("cca-compile options");
static cl::opt<std::string>
    moduleFile(cl::Positional, cl::Required,
               cl::desc("<module.mlir, or - for stdin>"), cl::cat(category));
static cl::opt<std::string>
    outputFile("o", cl::value_desc("file"), cl::init("-"), cl::cat(category),
               cl::desc("Output (default: -, which is stdout)"));
static cl::opt<Emit> emit(
    "emit", cl::cat(category), cl::desc("What to write (default: ptx)"),
    cl::init(Emit::ptx),
    cl::values(
        clEnumValN(Emit::ptx, "ptx", "PTX text of the kernels"),
        clEnumValN(Emit::cubin, "cubin", "machine code of the kernels"),
        clEnumValN(Emit::llvm, "llvm", "LLVM IR of the host, kernels embedded"),
        clEnumValN(Emit::obj, "obj", "object file of the host, likewise"),
        clEnumValN(Emit::header, "header", "C header for that object file")));
static cl::opt<Embed> embed(
    "embed", cl::cat(category),
    cl::desc("Kernels in host code and headers (default: ptx)"),
    cl::init(Embed::ptx),
    cl::values(clEnumValN(Embed::ptx, "ptx",
                          "PTX, which the driver compiles when it is loaded"),
               clEnumValN(Embed::cubin, "cubin", "a cubin, loaded as it is")));
static cl::opt<std::string> chip("chip", cl::value_desc("sm_90a"),
                                 cl::init(HopperTarget::chip.str()),
                                 cl::cat(category),
                                 cl::desc("GPU to compile for"));
static cl::opt<std::string>
    ptxas("ptxas", cl::value_desc("file"), cl::cat(category),
          cl::desc("NVIDIA's assembler (default: the one on PATH, or in "
                   "/usr/local/cuda/bin)"));
static cl::opt<PrologueStructure> prologue(
    "prologue", cl::cat(category),
    cl::desc("How many kernels a prologue is (default: split)"),
    cl::init(PrologueStructure::Split),
    cl::values(clEnumValN(PrologueStructure::Split, "split",
                          "projections, then convolutions"),
               clEnumValN(PrologueStructure::Fused, "fused", "both in one")));
static cl::opt<bool> printSchedule("print-schedule", cl::cat(category),
                                   cl::desc("Report the schedules that are "
                                            "chosen, as remarks"));
static cl::opt<bool> printKernelTable(
    "print-kernels", cl::cat(category),
    cl::desc("Print on stderr what each kernel takes of a multiprocessor; "
             "with ptxas, its registers and spills"));
static cl::opt<bool>
    reportTime("time", cl::cat(category),
               cl::desc("Print on stderr how long compilation takes"));

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

static LogicalResult reportError(const Twine &message) {
  llvm::WithColor::error(llvm::errs()) << message << "\n";
  return failure();
}

static LogicalResult checkOptions() {
  if (chip == HopperTarget::chip)
    return success();
  return reportError("--chip: expects " + HopperTarget::chip + ", but got " +
                     chip);
}

namespace {
/// Seconds of each step.
struct Times {
  double parse = 0;
  double kernels = 0;
  double ptxas = 0;
  double host = 0;

  void print() const {
    llvm::errs() << llvm::format(
        "compile: %.1f ms (parse %.1f ms, kernels %.1f ms, ptxas %.1f ms, "
        "host %.1f ms)\n",
        1e3 * (parse + kernels + ptxas + host), 1e3 * parse, 1e3 * kernels,
        1e3 * ptxas, 1e3 * host);
  }
};
} // namespace

/// Whether the kernels leave this program as machine code.
static bool needsCubin() {
  return emit == Emit::cubin || (emit != Emit::ptx && embed == Embed::cubin);
}

/// Machine code of the kernels if it is asked for, or if only for the table and
/// there is a ptxas.
static LogicalResult assembleKernels(ModuleOp module, gpu::BinaryOp binary) {
  std::string ptx = getImage(binary).str(), report;
  if (isAssembly(binary) &&
      (needsCubin() ||
       (printKernelTable && (!ptxas.empty() || hasAssembler())))) {
    FailureOr<Assembly> assembly = assemble(binary.getLoc(), ptx, chip, ptxas);
    if (failed(assembly))
      return failure();
    report = std::move(assembly->report);
    if (needsCubin())
      setCubin(binary, assembly->cubin);
  }
  if (printKernelTable)
    printKernels(llvm::errs(), module, ptx, report);
  return success();
}

/// What is to be written. The module is consumed.
static FailureOr<std::string> compile(ModuleOp module, llvm::SourceMgr &sources,
                                      Times &times) {
  Stopwatch watch;
  CCAToTilesOptions options;
  options.prologue = prologue;
  if (failed(compileKernels(module, printSchedule, options)))
    return failure();
  times.kernels = watch.lap();
  FailureOr<gpu::BinaryOp> binary = getBinary(module);
  if (failed(binary))
    return failure();
  if (failed(assembleKernels(module, *binary)))
    return failure();
  times.ptxas = watch.lap();
  switch (emit) {
  case Emit::ptx:
  case Emit::cubin:
    return getImage(*binary).str();
  case Emit::header:
    return makeHeader(module, *binary, sources);
  case Emit::llvm:
  case Emit::obj:
    auto code = compileHost(module, emit == Emit::llvm ? HostFormat::LLVM
                                                       : HostFormat::Object);
    times.host = watch.lap();
    return code;
  }
  llvm_unreachable("all formats are listed");
}

static LogicalResult run(MLIRContext &context,
                         std::unique_ptr<llvm::MemoryBuffer> file) {
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(file), llvm::SMLoc());
  SourceMgrDiagnosticHandler diagnostics(sources, &context);

  Stopwatch watch;
  auto module = parseSourceFile<ModuleOp>(sources, &context);
  if (!module)
    return failure();
  Times times;
  times.parse = watch.lap();

  // A path that cannot be written is found before the work is done.
  std::optional<OutputFile> output;
  if (outputFile != "-") {
    llvm::Expected<OutputFile> opened = OutputFile::open(outputFile);
    if (!opened)
      return reportError(llvm::toString(opened.takeError()));
    output.emplace(std::move(*opened));
  }
  FailureOr<std::string> text = compile(*module, sources, times);
  if (failed(text))
    return failure();
  if (!output)
    llvm::outs() << *text;
  else if (llvm::Error error =
               output->write([&text](llvm::raw_ostream &os) { os << *text; }))
    return reportError(llvm::toString(std::move(error)));
  if (reportTime)
    times.print();
  return success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::HideUnrelatedOptions(category);
  cl::ParseCommandLineOptions(argc, argv, overview);
  if (failed(checkOptions()))
    return 1;
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> file =
      openInputFile(moduleFile, &message);
  if (!file)
    return failed(reportError(message));

  DialectRegistry registry;
  cca::registerAllDialects(registry);
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  MLIRContext context(registry);
  context.printOpOnDiagnostic(false);
  installFatalErrorHandler();
  return failed(run(context, std::move(file)));
}
