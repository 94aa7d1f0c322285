//===- SelectSchedule.cpp - cca-select-schedule ---------------------------===//

#include "cca/Schedule/SelectSchedule.h"
#include "cca/Dialect/CCA/IR/CCA.h"
#include "cca/Dialect/CCA/Transforms/Passes.h"
#include "cca/Schedule/GemmLimits.h"
#include "cca/Schedule/ScheduleLimits.h"
#include "cca/Schedule/SelectGemmSchedule.h"
#include "cca/Target/HopperTarget.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::cca {
#define GEN_PASS_DEF_CCASELECTSCHEDULE
#include "cca/Dialect/CCA/Transforms/Passes.h.inc"
} // namespace mlir::cca

using namespace mlir;
using namespace mlir::cca;

/// Whether the kernel of `op` has a schedule: chosen by someone and legal, or
/// selected now.
static LogicalResult schedule(FlashAttentionOp op, const HopperTarget &target) {
  AttentionProblem problem = op.getProblem();
  std::optional<AttentionSchedule> schedule;
  if (op.getSchedule())
    schedule = op.getScheduleAttr().getValue();
  else if (op.getQuery().getType().getElementType().isF32())
    return success();
  else
    schedule = selectSchedule(problem, target);

  // If none was found, the first of the space says why.
  if (!schedule)
    schedule = scheduleSpace(problem).front();
  if (std::optional<ScheduleProblem> exceeded =
          checkSchedule(problem, *schedule, target))
    return op.emitOpError() << exceeded->message;
  op.setScheduleAttr(ScheduleAttr::get(op.getContext(), *schedule));
  return success();
}

/// The same of a product.
template <typename OpT>
static LogicalResult scheduleGemm(OpT op, const HopperTarget &target) {
  GemmProblem problem = op.getProblem();
  std::optional<GemmSchedule> schedule;
  if (op.getSchedule())
    schedule = op.getScheduleAttr().getValue();
  else if (getElementTypeOrSelf(op.getW()).isF32())
    return success();
  else
    schedule = selectSchedule(problem, target);

  if (!schedule)
    schedule = gemmScheduleSpace().front();
  if (std::optional<ScheduleProblem> exceeded =
          checkSchedule(problem, *schedule, target))
    return op.emitOpError() << exceeded->message;
  op.setScheduleAttr(GemmScheduleAttr::get(op.getContext(), *schedule));
  return success();
}

/// The same of latents that are mixed.
static LogicalResult schedule(MixOp op, const HopperTarget &target) {
  MixProblem problem = op.getProblem();
  std::optional<MixSchedule> schedule;
  if (op.getSchedule())
    schedule = op.getScheduleAttr().getValue();
  else if (op.getX().getType().getElementType().isF32())
    return success();
  else
    schedule = selectSchedule(problem, target);

  // If none was found, the last of the space takes least.
  if (!schedule)
    schedule = scheduleSpace(problem).back();
  if (std::optional<ScheduleProblem> exceeded =
          checkSchedule(problem, *schedule))
    return op.emitOpError() << exceeded->message;
  op.setScheduleAttr(MixScheduleAttr::get(op.getContext(), *schedule));
  return success();
}

/// The same of a prologue in one kernel.
static LogicalResult schedule(FusedPrologueOp op) {
  FusedProblem problem = op.getProblem();
  std::optional<FusedSchedule> schedule;
  if (op.getSchedule())
    schedule = op.getScheduleAttr().getValue();
  else if (op.getHidden().getType().getElementType().isF32())
    return success();
  else
    schedule = selectSchedule(problem);

  // If none was found, the last of the space takes least.
  if (!schedule)
    schedule = fusedScheduleSpace().back();
  if (std::optional<ScheduleProblem> exceeded =
          checkSchedule(problem, *schedule))
    return op.emitOpError() << exceeded->message;
  op.setScheduleAttr(FusedScheduleAttr::get(op.getContext(), *schedule));
  return success();
}

namespace {

struct SelectSchedulePass
    : cca::impl::CCASelectScheduleBase<SelectSchedulePass> {
  using CCASelectScheduleBase::CCASelectScheduleBase;

  void runOnOperation() override {
    std::optional<HopperTarget> target = HopperTarget::lookup(chip);
    if (!target) {
      emitError(getOperation()->getLoc(), "expects chip to be h100 or h200, "
                                          "but got ")
          << chip;
      return signalPassFailure();
    }
    // Every error of a module is worth a message.
    bool failed = false;
    getOperation()->walk([&](Operation *op) {
      llvm::TypeSwitch<Operation *>(op)
          .Case([&](FlashAttentionOp op) {
            failed |= llvm::failed(schedule(op, *target));
          })
          .Case(
              [&](MixOp op) { failed |= llvm::failed(schedule(op, *target)); })
          .Case(
              [&](FusedPrologueOp op) { failed |= llvm::failed(schedule(op)); })
          .Case<ProjectionOp, LatentsOp>([&](auto op) {
            failed |= llvm::failed(scheduleGemm(op, *target));
          });
    });
    if (failed)
      signalPassFailure();
  }
};

} // namespace
