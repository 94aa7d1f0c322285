//===- JIT.cpp - Compiling an entry for this processor --------------------===//

#include "JIT.h"

#include "Arrays/MemRef.h"
#include "Failure.h"
#include "JITRuntime.h"
#include "LLVMModule.h"
#include "Stopwatch.h"

#include "cca/Pipelines/Pipelines.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/Support/TargetSelect.h"

using namespace mlir;
using namespace mlir::cca;

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

/// Lowers to the LLVM dialect what the entry needs.
static LogicalResult lower(ModuleOp module, StringRef entry) {
  for (auto symbol : module.getOps<SymbolOpInterface>())
    if (symbol.isPublic() && symbol.getName() != entry)
      symbol.setPrivate();
  PassManager pm(module.getContext());
  pm.addPass(createSymbolDCEPass());
  buildCCAToCPUPipeline(pm, CCAToCPUOptions());
  return pm.run(module);
}

/// LLVM reports what it cannot generate here, and goes on or exits on its own.
static void handleDiagnostic(const llvm::DiagnosticInfo *info, void *) {
  if (info->getSeverity() != llvm::DS_Error)
    return;
  std::string message;
  llvm::raw_string_ostream os(message);
  llvm::DiagnosticPrinterRawOStream printer(os);
  info->print(printer);
  exitWithError(message);
}

/// Reports calls to functions that nobody has.
static LogicalResult checkCallees(const llvm::Module &module,
                                  const Entry &entry) {
  SmallVector<StringRef> missing;
  for (const llvm::Function &function : module)
    if (function.isDeclaration() && !function.isIntrinsic() &&
        !function.use_empty() && !isRuntimeFunction(function.getName())) {
      StringRef name = function.getName();
      name.consume_front("_mlir_ciface_");
      missing.push_back(name);
    }
  if (missing.empty())
    return success();
  return emitError(entry.loc)
         << "cannot run @" << entry.name << ": the module has no body for @"
         << llvm::join(missing, ", @");
}

/// Optimises and links a translated module.
static llvm::Expected<std::unique_ptr<llvm::orc::LLJIT>>
link(llvm::orc::ThreadSafeModule module) {
  auto builder = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!builder)
    return builder.takeError();
  builder->setCodeGenOptLevel(llvm::CodeGenOptLevel::Aggressive);
  auto target = builder->createTargetMachine();
  if (!target)
    return target.takeError();
  module.withModuleDo(
      [&](llvm::Module &llvmModule) { optimize(llvmModule, **target); });

  // No symbols of this process but those of the table, and no static
  // constructors.
  auto jit = llvm::orc::LLJITBuilder()
                 .setJITTargetMachineBuilder(std::move(*builder))
                 .setLinkProcessSymbolsByDefault(false)
                 .setPlatformSetUp(llvm::orc::setUpInactivePlatform)
                 .create();
  if (!jit)
    return jit.takeError();
  llvm::orc::MangleAndInterner mangle((*jit)->getExecutionSession(),
                                      (*jit)->getDataLayout());
  if (llvm::Error error = (*jit)->getMainJITDylib().define(
          llvm::orc::absoluteSymbols(getRuntimeSymbols(mangle))))
    return std::move(error);
  if (llvm::Error error = (*jit)->addIRModule(std::move(module)))
    return std::move(error);
  return std::move(*jit);
}

FailureOr<CompiledEntry>
CompiledEntry::compile(ModuleOp module, const Entry &entry, Times &times) {
  Stopwatch watch;
  if (failed(lower(module, entry.name)))
    return failure();
  times.passes = watch.lap();

  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  installFatalErrorHandler();
  auto context = std::make_unique<llvm::LLVMContext>();
  context->setDiagnosticHandlerCallBack(handleDiagnostic);
  std::unique_ptr<llvm::Module> llvmModule =
      translateEntry(module, entry.name, *context);
  if (!llvmModule || failed(checkCallees(*llvmModule, entry)))
    return failure();
  auto jit = link({std::move(llvmModule), std::move(context)});
  if (!jit)
    return emitError(entry.loc) << "cannot compile @" << entry.name << ": "
                                << llvm::toString(jit.takeError());
  CompiledEntry compiled(std::move(*jit), entry);
  // ORC reports what went wrong, the lookup only that something did.
  auto reason = std::make_shared<std::string>();
  compiled.jit->getExecutionSession().setErrorReporter(
      [reason](llvm::Error error) {
        *reason = llvm::toString(std::move(error));
      });
  auto address = compiled.jit->lookup(packedEntryName);
  if (!address) {
    std::string failure = llvm::toString(address.takeError());
    return emitError(entry.loc) << "cannot compile @" << entry.name << ": "
                                << (reason->empty() ? failure : *reason);
  }
  compiled.function = address->toPtr<void (*)(void **)>();
  times.llvm = watch.lap();
  return std::move(compiled);
}

CompiledEntry::CompiledEntry(std::unique_ptr<llvm::orc::LLJIT> jit,
                             const Entry &entry)
    : jit(std::move(jit)), results(entry.results) {}
CompiledEntry::CompiledEntry(CompiledEntry &&) = default;
CompiledEntry::~CompiledEntry() = default;

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

/// Vector loads are fastest from whole cache lines.
static constexpr size_t bufferAlignment = 64;

static std::unique_ptr<llvm::WritableMemoryBuffer> allocateBuffer(size_t size) {
  auto buffer = llvm::WritableMemoryBuffer::getNewUninitMemBuffer(
      size, "", llvm::Align(bufferAlignment));
  if (!buffer)
    exitWithError("out of memory");
  return buffer;
}

/// Copies a result out of memory that compiled code allocated.
static NpyArray takeResult(MemRef memref, Type elementType) {
  NpyArray array;
  array.type = *getNpyType(elementType);
  array.shape = llvm::to_vector(memref.getSizes());
  std::optional<int64_t> count = getNumElements(array.shape);
  int64_t size;
  if (llvm::any_of(array.shape, [](int64_t size) { return size < 0; }) ||
      !count || llvm::MulOverflow<int64_t>(*count, array.type.size, size))
    exitWithError("the entry returned a tensor of shape " +
                  formatShape(array.shape));
  auto buffer = allocateBuffer(size);
  SmallVector<int64_t> words(MemRef::getNumWords(array.shape.size()));
  MemRef::describe(words, buffer->getBufferStart(), array.shape);
  copyElements(memref, MemRef(words.data(), array.shape.size()),
               array.type.size);
  array.data = StringRef(buffer->getBufferStart(), buffer->getBufferSize());
  array.storage = std::move(buffer);
  return array;
}

SmallVector<NpyArray> CompiledEntry::run(ArrayRef<NpyArray> inputs,
                                         double *seconds) const {
  // The results' descriptors form one struct, without padding: all are words.
  size_t resultWords = 0;
  for (RankedTensorType type : results)
    resultWords += MemRef::getNumWords(type.getRank());
  SmallVector<int64_t> resultStruct(resultWords);
  SmallVector<void *> args;
  if (!results.empty())
    args.push_back(resultStruct.data());

  SmallVector<std::unique_ptr<llvm::WritableMemoryBuffer>> buffers;
  std::vector<SmallVector<int64_t>> descriptors(inputs.size());
  for (auto [input, words] : llvm::zip_equal(inputs, descriptors)) {
    buffers.push_back(allocateBuffer(input.data.size()));
    llvm::copy(input.data, buffers.back()->getBufferStart());
    words.resize(MemRef::getNumWords(input.shape.size()));
    MemRef::describe(words, buffers.back()->getBufferStart(), input.shape);
    args.push_back(words.data());
  }

  // The guard covers the results, too: a module can make up their sizes.
  CompiledCodeGuard guard;
  Stopwatch watch;
  function(args.data());
  if (seconds)
    *seconds = watch.lap();

  // Results may share memory, and an entry may hand its argument back.
  SmallVector<NpyArray> arrays;
  llvm::SmallPtrSet<void *, 4> allocations;
  int64_t *words = resultStruct.data();
  for (RankedTensorType type : results) {
    MemRef memref(words, type.getRank());
    arrays.push_back(takeResult(memref, type.getElementType()));
    allocations.insert(memref.getAllocation());
    words += MemRef::getNumWords(type.getRank());
  }
  for (auto &buffer : buffers)
    allocations.erase(buffer->getBufferStart());
  for (void *allocation : allocations)
    std::free(allocation);
  return arrays;
}
