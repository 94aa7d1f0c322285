//===- Problems.h - What the tests of schedules compute ---------*- C++ -*-===//

#ifndef CCA_UNITTESTS_SCHEDULE_PROBLEMS_H
#define CCA_UNITTESTS_SCHEDULE_PROBLEMS_H

#include "cca/Schedule/AttentionSchedule.h"

#include <ostream>

namespace mlir::cca {

/// ZAYA1-8B: 8 query heads, 2 key heads, of 128 channels, unless given.
inline AttentionProblem zaya(int64_t headDim = 128) {
  AttentionProblem problem;
  problem.headDim = headDim;
  problem.queryHeads = 8;
  problem.keyHeads = 2;
  problem.normalized = true;
  return problem;
}

/// What was measured to be the fastest for it, under a causal mask.
inline AttentionSchedule fastest(SoftmaxForm softmax = SoftmaxForm::Auto) {
  return {128, 128, 2, 2, softmax, true, true};
}

inline std::ostream &operator<<(std::ostream &os, const AttentionSchedule &s) {
  return os << s.blockQ << " x " << s.blockKV << ", " << s.stages << " stages, "
            << s.consumers << " consumers, "
            << stringifySoftmaxForm(s.softmax).str()
            << (s.overlap ? ", overlap" : "")
            << (s.pingPong ? ", ping-pong" : "");
}

} // namespace mlir::cca

#endif // CCA_UNITTESTS_SCHEDULE_PROBLEMS_H
