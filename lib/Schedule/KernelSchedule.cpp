//===- KernelSchedule.cpp - Register budgets ------------------------------===//

#include "cca/Schedule/KernelSchedule.h"

using namespace mlir::cca;

RegisterBudget mlir::cca::registerBudget(int64_t consumers,
                                         int64_t blocksPerMultiprocessor) {
  // Half of the registers are 128 for each of 256 threads.
  if (blocksPerMultiprocessor == 2)
    return {40, 208};
  switch (consumers) {
  case 1:
    return {40, 240};
  case 2:
    return {24, 240};
  default:
    return {32, 160};
  }
}
