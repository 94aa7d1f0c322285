//===- KernelSchedule.h - What passes ask of any schedule -------*- C++ -*-===//
//
// A schedule says how one kind of kernel runs. Passes on tiles do not know
// kinds of kernels: this is what they ask of each.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_SCHEDULE_KERNELSCHEDULE_H
#define CCA_SCHEDULE_KERNELSCHEDULE_H

#include <cstdint>

namespace mlir::cca {

/// Who computes a kernel when. The initial values are those of a kernel
/// without a schedule.
struct KernelSchedule {
  int64_t stages = 2;    ///< of what is loaded again and again
  int64_t consumers = 1; ///< warpgroups that compute
  /// The last product of a step is issued with the first of the next.
  bool overlap = true;
  /// Two consumers take turns at the tensor cores.
  bool pingPong = true;
  /// Blocks that a multiprocessor runs at a time, of its shared memory and its
  /// registers.
  int64_t blocksPerMultiprocessor = 1;
  /// Consumers share the rows of a tile. Otherwise each has tiles of its own,
  /// in turn: one multiplies while another stores.
  bool cooperative = true;
  /// Tiles that results leave through, at most: one is written while copies
  /// still read the others.
  int64_t stagingTiles = 1;
  /// Consumers with tiles of their own take turns at one set of stages and at
  /// the tensor cores. Otherwise each has stages of its own.
  bool takesTurns = false;

  /// Warpgroups that share the rows of a tile.
  int64_t consumersOfTile() const { return cooperative ? consumers : 1; }
};

/// What setmaxnreg gives to each thread.
struct RegisterBudget {
  int64_t producer, consumer;
};

/// For 1 to 3 consumers beside the producer, in each of 1 or 2 blocks of a
/// multiprocessor; two blocks have one consumer each.
RegisterBudget registerBudget(int64_t consumers,
                              int64_t blocksPerMultiprocessor = 1);

} // namespace mlir::cca

#endif // CCA_SCHEDULE_KERNELSCHEDULE_H
