//===- cca-run.cpp - Run a function on .npy arrays ------------------------===//

#include "Arrays/CheckResult.h"
#include "CPU.h"
#include "GPU.h"
#include "ResultShapes.h"
#include "Simulate.h"
#include "Support/OutputFile.h"
#include "Support/Stopwatch.h"
#include "Times.h"

#include "cca/Register.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"

#include <cmath>

using namespace mlir;
using namespace mlir::cca;
namespace cl = llvm::cl;

//===----------------------------------------------------------------------===//
// Command line
//===----------------------------------------------------------------------===//

static constexpr char overview[] =
    "cca-run: compile a function of an MLIR module and run it on .npy "
    "arrays\n\n"
    "Arrays are little-endian and in C order. An element type of a tensor is "
    "stored as\nitself: f32 as float32, f16 as float16, f64 as float64, i32 as "
    "int32, i64 as int64.\nNumPy has no bf16: it is stored as uint16, the "
    "upper "
    "half of the bits of a float32\n(the two-byte void arrays that ml_dtypes "
    "makes are read, too).\n\n"
    "The exit status is 0 on success, and 1 on any error: bad input, a failed "
    "run-time\ncheck, a result that --check does not accept. A module that "
    "strays from its buffers\nis reported as far as its accesses fault; "
    "upstream ops do not check every index.\n";

enum class Target { cpu, sim, gpu };

static cl::OptionCategory category("cca-run options");
static cl::opt<std::string>
    moduleFile(cl::Positional, cl::Required,
               cl::desc("<module.mlir, or - for stdin>"), cl::cat(category));
static cl::opt<std::string>
    entryName("entry", cl::value_desc("function"), cl::cat(category),
              cl::desc("Function to run; optional if only one is public"));
static cl::opt<Target> target(
    "target", cl::cat(category), cl::desc("Where to run (default: cpu)"),
    cl::init(Target::cpu),
    cl::values(clEnumValN(Target::cpu, "cpu", "this processor"),
               clEnumValN(Target::sim, "sim", "simulator of hopper kernels"),
               clEnumValN(Target::gpu, "gpu", "the first Hopper GPU")));
static cl::list<std::string>
    inputFiles("input", cl::value_desc("a.npy"), cl::cat(category),
               cl::desc("Argument of the entry; once for each, in order"));
static cl::list<std::string>
    outputFiles("output", cl::value_desc("o.npy"), cl::cat(category),
                cl::desc("File for a result; once for each, in order"));
static cl::list<std::string> referenceFiles(
    "check", cl::value_desc("ref.npy"), cl::cat(category),
    cl::desc(
        "Expected value of a result; once for each, in order. Fails if the "
        "relative error (Frobenius norm) is above --rtol, or if an element "
        "is infinite or NaN on one side only"));
static cl::opt<double> rtol("rtol", cl::value_desc("x"), cl::init(1e-5),
                            cl::cat(category),
                            cl::desc("Relative error that --check accepts "
                                     "(default: 1e-5)"));
static cl::opt<bool> reportTime("time", cl::cat(category),
                                cl::desc("Print how long compilation and "
                                         "execution take"));

static cl::opt<SimulatorPolicy> simPolicy(
    "sim-policy", cl::cat(category), cl::init(SimulatorPolicy::Eager),
    cl::desc("Of --target=sim: when copies and products complete, and which "
             "role goes on (default: eager; timed with --trace)"),
    cl::values(clEnumValN(SimulatorPolicy::Eager, "eager", "at once"),
               clEnumValN(SimulatorPolicy::Latest, "latest",
                          "as late as possible"),
               clEnumValN(SimulatorPolicy::Random, "random", "by --sim-seed"),
               clEnumValN(SimulatorPolicy::Timed, "timed", "by a cost model")));
static cl::opt<uint64_t> simSeed("sim-seed", cl::value_desc("n"), cl::init(0),
                                 cl::cat(category),
                                 cl::desc("Of --sim-policy=random"));
static cl::opt<int64_t> simMultiprocessors(
    "sim-multiprocessors", cl::value_desc("n"), cl::init(4), cl::cat(category),
    cl::desc("Multiprocessors of the simulated device (default: 4)"));
static cl::opt<std::string>
    traceFile("trace", cl::value_desc("t.json"), cl::cat(category),
              cl::desc("Of --target=sim: write a timeline for Perfetto or "
                       "chrome://tracing"));

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

static LogicalResult reportError(const Twine &message) {
  llvm::WithColor::error(llvm::errs()) << message << "\n";
  return failure();
}
static LogicalResult reportError(llvm::Error error) {
  return reportError(llvm::toString(std::move(error)));
}

/// Checks options of --target=sim, and those that go with another one.
static LogicalResult checkSimulatorOptions() {
  if (simMultiprocessors < 1)
    return reportError("--sim-multiprocessors: expects 1 or more, but got " +
                       Twine(simMultiprocessors));
  if (target != Target::sim) {
    if (!traceFile.empty())
      return reportError("--trace: expects --target=sim");
    return success();
  }
  if (reportTime)
    return reportError("--time: expects a target that takes real time, but got "
                       "--target=sim");
  if (traceFile.empty())
    return success();
  if (simPolicy.getNumOccurrences() == 0)
    simPolicy = SimulatorPolicy::Timed;
  if (simPolicy != SimulatorPolicy::Timed)
    return reportError("--trace: expects --sim-policy=timed");
  return success();
}

/// Checks what can be checked before anything is read.
static LogicalResult checkOptions() {
  if (failed(checkSimulatorOptions()))
    return failure();
  if (!std::isfinite(rtol) || rtol < 0)
    return reportError("--rtol: expects a finite number, 0 or more, but got " +
                       Twine(std::to_string(rtol)));
  llvm::StringSet<> seen;
  for (const std::string &path : outputFiles)
    if (!seen.insert(path).second)
      return reportError("expects different files for different results, but "
                         "got --output='" +
                         path + "' twice");
  return success();
}

static LogicalResult checkCount(const Entry &entry, StringRef option,
                                size_t given, size_t needed, StringRef what) {
  if (given == needed)
    return success();
  return emitError(entry.loc)
         << "@" << entry.name << " has " << needed << " " << what
         << (needed == 1 ? "" : "s") << ": expects " << needed << " " << option
         << (needed == 1 ? " file" : " files") << ", but got " << given;
}

/// Checks the numbers of files. Outputs and references are optional, all or
/// none.
static LogicalResult checkCounts(const Entry &entry) {
  size_t numResults = entry.results.size();
  if (failed(checkCount(entry, "--input", inputFiles.size(),
                        entry.operands.size(), "argument")))
    return failure();
  if (!outputFiles.empty() &&
      failed(checkCount(entry, "--output", outputFiles.size(), numResults,
                        "result")))
    return failure();
  if (!referenceFiles.empty() &&
      failed(checkCount(entry, "--check", referenceFiles.size(), numResults,
                        "result")))
    return failure();
  if (outputFiles.empty() && referenceFiles.empty() && !reportTime &&
      target != Target::sim)
    return reportError("nothing to do with the results: expects --output, "
                       "--check or --time");
  return success();
}

/// Reads one array per file; `check` says whether it fits the entry.
static LogicalResult
readArrays(const Entry &entry, ArrayRef<std::string> paths,
           llvm::function_ref<LogicalResult(const Entry &, unsigned,
                                            const NpyArray &, StringRef)>
               check,
           SmallVectorImpl<NpyArray> &arrays) {
  for (auto [index, path] : llvm::enumerate(paths)) {
    llvm::Expected<NpyArray> array = readNpy(path);
    if (!array)
      return reportError(array.takeError());
    if (failed(check(entry, index, *array, path)))
      return failure();
    arrays.push_back(std::move(*array));
  }
  return success();
}

static LogicalResult checkReferences(const Entry &entry,
                                     ArrayRef<NpyArray> results,
                                     ArrayRef<NpyArray> references) {
  bool passed = true;
  for (auto [index, reference] : llvm::enumerate(references)) {
    bool isBf16 = entry.results[index].getElementType().isBF16();
    auto report = checkResult(results[index], reference, isBf16);
    std::string where = "result #" + std::to_string(index + 1) + " against '" +
                        referenceFiles[index] + "': ";
    if (!report) {
      passed = false;
      (void)reportError(where + llvm::toString(report.takeError()));
      continue;
    }
    std::string text;
    llvm::raw_string_ostream os(text);
    report->print(os, rtol);
    if (report->passes(rtol)) {
      llvm::outs() << where << text << "\n";
      continue;
    }
    passed = false;
    (void)reportError(where + text);
  }
  return success(passed);
}

//===----------------------------------------------------------------------===//
// Targets
//===----------------------------------------------------------------------===//

static FailureOr<SmallVector<NpyArray>> runOnCPU(ModuleOp module,
                                                 const Entry &entry,
                                                 ArrayRef<NpyArray> inputs,
                                                 double parseSeconds) {
  CompiledEntry::Times times;
  auto compiled = CompiledEntry::compile(module, entry, times);
  if (failed(compiled))
    return failure();
  SmallVector<NpyArray> results = compiled->run(inputs);
  if (!reportTime)
    return results;
  printCompileTimes(parseSeconds, times.passes, times.llvm);
  auto runOnce = [&]() -> FailureOr<double> {
    double seconds;
    compiled->run(inputs, &seconds);
    return seconds;
  };
  if (failed(printRunTimes(runOnce)))
    return failure();
  return results;
}

static FailureOr<SmallVector<NpyArray>>
runOnGPU(ModuleOp module, const Entry &entry, ArrayRef<NpyArray> inputs,
         llvm::SourceMgr &sources, double parseSeconds) {
  if (failed(openGPU(entry)))
    return failure();
  SmallVector<SmallVector<int64_t>> shapes;
  if (!entry.onBuffers) {
    auto computed = computeResultShapes(module, entry, inputs);
    if (failed(computed))
      return failure();
    shapes = std::move(*computed);
  }
  GPUEntry::Times times;
  auto compiled = GPUEntry::compile(module, entry, sources, times);
  if (failed(compiled))
    return failure();
  if (!reportTime)
    return compiled->run(inputs, shapes);
  printCompileTimes(parseSeconds, times.passes, times.llvm);
  return compiled->run(inputs, shapes, printRunTimes);
}

static LogicalResult writeResults(MutableArrayRef<OutputFile> outputs,
                                  ArrayRef<NpyArray> results) {
  for (auto [output, result] : llvm::zip(outputs, results))
    if (llvm::Error error = output.write(
            [&array = result](llvm::raw_ostream &os) { writeNpy(os, array); }))
      return reportError(std::move(error));
  return success();
}

static LogicalResult runEntry(MLIRContext &context,
                              std::unique_ptr<llvm::MemoryBuffer> file) {
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(file), llvm::SMLoc());
  SourceMgrDiagnosticHandler diagnostics(sources, &context);

  Stopwatch watch;
  auto module = parseSourceFile<ModuleOp>(sources, &context);
  if (!module)
    return failure();
  double parseSeconds = watch.lap();

  // Everything that a user may have got wrong comes before the compilation.
  FailureOr<Entry> entry = findEntry(*module, entryName, sources,
                                     /*allowBuffers=*/target != Target::cpu);
  if (failed(entry) || failed(checkCounts(*entry)))
    return failure();
  SmallVector<NpyArray> inputs, references;
  if (failed(readArrays(*entry, inputFiles, checkInput, inputs)) ||
      failed(readArrays(*entry, referenceFiles, checkReference, references)))
    return failure();
  SmallVector<OutputFile> outputs;
  for (const std::string &path : outputFiles) {
    llvm::Expected<OutputFile> output = OutputFile::open(path);
    if (!output)
      return reportError(output.takeError());
    outputs.push_back(std::move(*output));
  }

  FailureOr<SmallVector<NpyArray>> results;
  switch (target) {
  case Target::cpu:
    results = runOnCPU(*module, *entry, inputs, parseSeconds);
    break;
  case Target::sim: {
    SimulatorOptions options{simPolicy, simSeed, simMultiprocessors, nullptr};
    results = simulateEntry(*module, *entry, inputs, options, traceFile);
    break;
  }
  case Target::gpu:
    results = runOnGPU(*module, *entry, inputs, sources, parseSeconds);
    break;
  }
  if (failed(results) || failed(writeResults(outputs, *results)))
    return failure();
  return checkReferences(*entry, *results, references);
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
  // Diagnostics show the line of the source; what has become of it helps
  // nobody.
  context.printOpOnDiagnostic(false);
  return failed(runEntry(context, std::move(file)));
}
