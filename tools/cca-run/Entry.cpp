//===- Entry.cpp - The function to run ------------------------------------===//

#include "Entry.h"

#include "cca/Compiler/SourceNames.h"

#include "cca/Dialect/Hopper/IR/Hopper.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::cca;

// The most that NumPy 1 reads.
static constexpr int64_t maxRank = 32;

//===----------------------------------------------------------------------===//
// Element types
//===----------------------------------------------------------------------===//

std::optional<NpyType> mlir::cca::getNpyType(Type elementType) {
  if (elementType.isBF16())
    return NpyType{'u', 2};
  if (elementType.isF16() || elementType.isF32() || elementType.isF64())
    return NpyType{'f', elementType.getIntOrFloatBitWidth() / 8};
  if (elementType.isSignlessInteger(32) || elementType.isSignlessInteger(64))
    return NpyType{'i', elementType.getIntOrFloatBitWidth() / 8};
  return std::nullopt;
}

bool mlir::cca::isStorageOf(NpyType stored, Type elementType) {
  return stored == getNpyType(elementType) ||
         (elementType.isBF16() && stored == NpyType{'V', 2});
}

//===----------------------------------------------------------------------===//
// Finding the entry
//===----------------------------------------------------------------------===//

static bool isEntry(func::FuncOp func) {
  return func.isPublic() && !func.isExternal() &&
         !func->hasAttr(hopper::workspaceSizeAttrName);
}

/// Reports that there is no entry `name`, with those that there are.
static LogicalResult reportNoEntry(ModuleOp module, StringRef name) {
  SmallVector<std::string> names;
  for (auto func : module.getOps<func::FuncOp>())
    if (isEntry(func))
      names.push_back(("@" + func.getName()).str());
  InFlightDiagnostic diag = emitError(module.getLoc());
  if (name.empty())
    diag << "expects --entry, or a module with one public function";
  else
    diag << "expects a public function @" << name;
  if (names.empty())
    return diag << ", but the module has no public function with a body";
  return diag << ", but the module has " << llvm::join(names, ", ");
}

static FailureOr<RankedTensorType> checkType(Type type, const Twine &what,
                                             Location loc, bool allowBuffers) {
  auto memref = dyn_cast<MemRefType>(type);
  auto tensor =
      memref && allowBuffers
          ? RankedTensorType::get(memref.getShape(), memref.getElementType())
          : dyn_cast<RankedTensorType>(type);
  if (!tensor || !getNpyType(tensor.getElementType()) ||
      tensor.getRank() > maxRank || tensor.getEncoding())
    return emitError(loc) << "expects " << what
                          << " of an entry to be a ranked tensor "
                          << (allowBuffers ? "or memref " : "")
                          << "of f16, bf16, f32, f64, i32 or i64, but got "
                          << type;
  return tensor;
}

/// Entries are on tensors or on buffers; those have no results.
static LogicalResult checkBuffers(func::FuncOp func, bool onBuffers) {
  if (!onBuffers)
    return success();
  for (BlockArgument arg : func.getArguments())
    if (!isa<MemRefType>(arg.getType()))
      return emitError(arg.getLoc()) << "expects all arguments of an entry to "
                                        "be memrefs if one is, but "
                                        "got "
                                     << arg.getType();
  if (func.getNumResults())
    return func.emitError("expects an entry on memrefs to have no results, but "
                          "got ")
           << func.getNumResults();
  return success();
}

FailureOr<Entry> mlir::cca::findEntry(ModuleOp module, StringRef name,
                                      llvm::SourceMgr &sources,
                                      bool allowBuffers) {
  func::FuncOp found;
  if (!name.empty()) {
    found = module.lookupSymbol<func::FuncOp>(name);
    if (found && !isEntry(found))
      return emitError(found.getLoc(), "expects entry @")
             << name << " to be public and to have a body";
  } else {
    auto entries =
        llvm::make_filter_range(module.getOps<func::FuncOp>(), isEntry);
    if (llvm::hasSingleElement(entries))
      found = *entries.begin();
  }
  if (!found)
    return reportNoEntry(module, name);

  bool onBuffers = allowBuffers && llvm::any_of(found.getArgumentTypes(),
                                                llvm::IsaPred<MemRefType>);
  if (failed(checkBuffers(found, onBuffers)))
    return failure();
  Entry entry{found.getName().str(), found.getLoc(), {}, {}, onBuffers};
  for (BlockArgument arg : found.getArguments()) {
    // Not the caller's: whoever runs the entry allocates it.
    if (found.getArgAttr(arg.getArgNumber(), hopper::workspaceAttrName))
      continue;
    std::string argName = getNameInSource(arg.getLoc(), sources);
    auto type = checkType(arg.getType(),
                          "argument #" + Twine(arg.getArgNumber() + 1) +
                              (argName.empty() ? "" : " (" + argName + ")"),
                          arg.getLoc(), allowBuffers);
    if (failed(type))
      return failure();
    entry.operands.push_back({argName, *type, arg.getLoc()});
  }
  for (auto [index, resultType] : llvm::enumerate(found.getResultTypes())) {
    auto type =
        checkType(resultType, "result #" + Twine(index + 1), found.getLoc(),
                  /*allowBuffers=*/false);
    if (failed(type))
      return failure();
    entry.results.push_back(*type);
  }
  if (onBuffers)
    for (const Operand &operand : entry.operands)
      entry.results.push_back(operand.type);
  return entry;
}

//===----------------------------------------------------------------------===//
// Checking arrays against it
//===----------------------------------------------------------------------===//

static bool fitsShape(ArrayRef<int64_t> shape, RankedTensorType type) {
  return shape.size() == type.getShape().size() &&
         llvm::all_of(llvm::zip_equal(shape, type.getShape()), [](auto pair) {
           auto [got, expected] = pair;
           return ShapedType::isDynamic(expected) || got == expected;
         });
}

static InFlightDiagnostic &describe(InFlightDiagnostic &diag,
                                    const NpyArray &array, StringRef path) {
  return diag << ", but got " << array.type.getName() << " array of shape "
              << formatShape(array.shape) << " in '" << path << "'";
}

LogicalResult mlir::cca::checkInput(const Entry &entry, unsigned index,
                                    const NpyArray &array, StringRef path) {
  const Operand &operand = entry.operands[index];
  Type elementType = operand.type.getElementType();
  if (isStorageOf(array.type, elementType) &&
      fitsShape(array.shape, operand.type))
    return success();
  InFlightDiagnostic diag = emitError(operand.loc);
  diag << "input #" << index + 1;
  if (!operand.name.empty())
    diag << " (" << operand.name << ")";
  diag << ": expects " << operand.type;
  if (elementType.isBF16())
    diag << ", bf16 stored as uint16";
  return describe(diag, array, path);
}

LogicalResult mlir::cca::checkReference(const Entry &entry, unsigned index,
                                        const NpyArray &array, StringRef path) {
  RankedTensorType type = entry.results[index];
  Type elementType = type.getElementType();
  bool fitsType = isStorageOf(array.type, elementType) ||
                  (isa<FloatType>(elementType) && array.type.kind == 'f' &&
                   array.type.size <= 8);
  if (fitsType && fitsShape(array.shape, type))
    return success();
  InFlightDiagnostic diag = emitError(entry.loc);
  diag << "reference #" << index + 1 << ": expects " << type;
  if (isa<FloatType>(elementType))
    diag << " in any floating-point type";
  return describe(diag, array, path);
}
