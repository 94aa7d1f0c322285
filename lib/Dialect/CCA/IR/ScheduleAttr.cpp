//===- ScheduleAttr.cpp - #cca.schedule -----------------------------------===//

#include "ScheduleSyntax.h"
#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Schedule/ScheduleLimits.h"

using namespace mlir;
using namespace mlir::cca;

/// The word that comes next, or an empty one.
static StringRef parseWord(AsmParser &parser) {
  StringRef word;
  return succeeded(parser.parseOptionalKeyword(&word)) ? word : "";
}

FailureOr<SoftmaxForm> cca::parseSoftmaxForm(AsmParser &parser) {
  llvm::SMLoc loc = parser.getCurrentLocation();
  StringRef word = parseWord(parser);
  if (std::optional<SoftmaxForm> form = symbolizeSoftmaxForm(word))
    return *form;
  return parser.emitError(loc, "expects softmax to be bounded, online or auto, "
                               "but got ")
         << (word.empty() ? "none" : word);
}

FailureOr<bool> cca::parseSwitch(AsmParser &parser) {
  llvm::SMLoc loc = parser.getCurrentLocation();
  StringRef word = parseWord(parser);
  bool on = word == "true";
  if (on || word == "false")
    return on;
  parser.emitError(loc, "expects true or false, but got ")
      << (word.empty() ? "none" : word);
  return failure();
}

AttentionSchedule ScheduleAttr::getValue() const {
  return {getBlockQ(),  getBlockKv(), getStages(),  getConsumers(),
          getSoftmax(), getOverlap(), getPingPong()};
}

KernelSchedule ScheduleAttr::getKernelSchedule() const {
  return {getStages(), getConsumers(), getOverlap(), getPingPong(),
          /*blocksPerMultiprocessor=*/1};
}

LogicalResult ScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   int64_t blockQ, int64_t blockKV,
                                   int64_t stages, int64_t consumers,
                                   SoftmaxForm softmax, bool overlap,
                                   bool pingPong) {
  // (C1) to (C5) are those of the plain data, too.
  if (std::optional<ScheduleProblem> violated = checkConstraints(
          {blockQ, blockKV, stages, consumers, softmax, overlap, pingPong}))
    return emitError() << violated->message;
  return success();
}
