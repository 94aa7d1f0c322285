//===- CCADialect.cpp - The cca dialect -----------------------------------===//

#include "ScheduleSyntax.h"
#include "cca/Dialect/CCA/IR/CCA.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::cca;

#include "cca/Dialect/CCA/IR/CCADialect.cpp.inc"
#include "cca/Dialect/CCA/IR/CCAEnums.cpp.inc"

#include "cca/Dialect/CCA/IR/CCAAttrInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "cca/Dialect/CCA/IR/CCAAttributes.cpp.inc"

//===----------------------------------------------------------------------===//
// custom<Mode>: a mode as a bare word
//===----------------------------------------------------------------------===//

template <typename ModeAttr>
static ParseResult parseMode(OpAsmParser &parser, ModeAttr &mode) {
  using Mode = decltype(mode.getValue());
  llvm::SMLoc loc = parser.getCurrentLocation();
  StringRef word;
  if (failed(parser.parseOptionalKeyword(&word)))
    word = "";
  if (std::optional<Mode> value = symbolizeEnum<Mode>(word)) {
    mode = ModeAttr::get(parser.getContext(), *value);
    return success();
  }
  InFlightDiagnostic error = parser.emitError(loc, "expects a mode out of ");
  StringRef name;
  for (uint32_t i = 0; !(name = stringifyEnum(static_cast<Mode>(i))).empty();
       ++i)
    error << (i ? ", " : "") << name;
  return error << ", but got " << (word.empty() ? "none" : word);
}

template <typename ModeAttr>
static void printMode(OpAsmPrinter &printer, Operation *, ModeAttr mode) {
  printer << stringifyEnum(mode.getValue());
}

#define GET_OP_CLASSES
#include "cca/Dialect/CCA/IR/CCAOps.cpp.inc"

namespace {

/// The ops have no effects and no regions: they can go wherever a call was.
struct CCAInlinerInterface : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;

  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final {
    return true;
  }
};

} // namespace

void CCADialect::initialize() {
  addInterfaces<CCAInlinerInterface>();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "cca/Dialect/CCA/IR/CCAAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "cca/Dialect/CCA/IR/CCAOps.cpp.inc"
      >();
}
