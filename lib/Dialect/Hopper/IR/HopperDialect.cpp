//===- HopperDialect.cpp - The hopper dialect -----------------------------===//

#include "cca/Dialect/Hopper/IR/Hopper.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::hopper;

/// custom<Tile>: `64x128xbf16`.
static ParseResult parseTile(AsmParser &parser, SmallVector<int64_t> &shape,
                             Type &elementType) {
  return failure(parser.parseDimensionList(shape, /*allowDynamic=*/false) ||
                 parser.parseType(elementType));
}

static void printTile(AsmPrinter &printer, ArrayRef<int64_t> shape,
                      Type elementType) {
  printer.printDimensionList(shape);
  printer << 'x' << elementType;
}

/// custom<Combiner>: `add`.
static ParseResult parseCombiner(OpAsmParser &parser, CombinerAttr &combiner) {
  llvm::SMLoc loc = parser.getCurrentLocation();
  StringRef word;
  if (failed(parser.parseOptionalKeyword(&word)))
    word = "none";
  std::optional<Combiner> value = symbolizeCombiner(word);
  if (!value)
    return parser.emitError(loc, "expects add or max, but got ") << word;
  combiner = CombinerAttr::get(parser.getContext(), *value);
  return success();
}

static void printCombiner(OpAsmPrinter &printer, Operation *,
                          CombinerAttr combiner) {
  printer << stringifyCombiner(combiner.getValue());
}

#include "cca/Dialect/Hopper/IR/HopperDialect.cpp.inc"
#include "cca/Dialect/Hopper/IR/HopperEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "cca/Dialect/Hopper/IR/HopperAttributes.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "cca/Dialect/Hopper/IR/HopperTypes.cpp.inc"

#define GET_OP_CLASSES
#include "cca/Dialect/Hopper/IR/HopperOps.cpp.inc"

void HopperDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "cca/Dialect/Hopper/IR/HopperAttributes.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "cca/Dialect/Hopper/IR/HopperTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "cca/Dialect/Hopper/IR/HopperOps.cpp.inc"
      >();
}
