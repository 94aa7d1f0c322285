//===- GemmSchedule.cpp - What follows from a schedule alone --------------===//

#include "cca/Schedule/GemmSchedule.h"

#include <tuple>

using namespace mlir::cca;

static auto fields(const GemmSchedule &s) {
  return std::tie(s.blockM, s.blockN, s.blockK, s.stages, s.consumers,
                  s.blocksPerMultiprocessor, s.cooperative);
}

bool mlir::cca::operator==(const GemmSchedule &a, const GemmSchedule &b) {
  return fields(a) == fields(b);
}

int64_t GemmSchedule::rowsOfPart() const {
  auto loads = [&](int64_t rows) {
    return rows * blockM + blocksOfPart / rows * blockN;
  };
  int64_t rows = 1;
  while (rows < blocksOfPart && loads(2 * rows) <= loads(rows))
    rows *= 2;
  return rows;
}
