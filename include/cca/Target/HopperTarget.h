//===- HopperTarget.h - Limits and rates of a Hopper GPU --------*- C++ -*-===//
//
// Every number of the hardware that the compiler uses has its name here.
// Sources: CUDA C++ Programming Guide (compute capability 9.0), PTX ISA, the
// H100 and H200 datasheets; rates that were measured say so.
//
//===----------------------------------------------------------------------===//

#ifndef CCA_TARGET_HOPPERTARGET_H
#define CCA_TARGET_HOPPERTARGET_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace mlir::cca {

/// A GPU of compute capability 9.0a.
struct HopperTarget {
  llvm::StringRef name; // "h100", "h200"

  //===--------------------------------------------------------------------===//
  // What H100 and H200 have in common
  //===--------------------------------------------------------------------===//

  static constexpr llvm::StringRef chip = "sm_90a";
  /// PTX ISA 8.3, which every driver since CUDA 12.3 loads.
  static constexpr int64_t ptxVersion = 83;

  static constexpr int64_t threadsPerWarp = 32;
  static constexpr int64_t warpsPerWarpgroup = 4;
  static constexpr int64_t threadsPerWarpgroup = 128;
  static constexpr int64_t maxThreadsPerBlock = 1024;
  static constexpr int64_t namedBarriers = 16;

  /// Shared memory of one block, of which a kernel opts in to more than 48 KB.
  static constexpr int64_t maxDynamicSmemBytes = 227 * 1024;
  static constexpr int64_t mbarrierBytes = 8;
  /// Of all blocks of a multiprocessor together; the system keeps some of each.
  static constexpr int64_t smemBytesPerMultiprocessor = 228 * 1024;
  static constexpr int64_t reservedSmemBytesPerBlock = 1024;

  static constexpr int64_t registersPerMultiprocessor = 64 * 1024;
  static constexpr int64_t maxRegistersPerThread = 255;
  /// setmaxnreg takes multiples of 8 in [24, 256].
  static constexpr int64_t minRegisterBudget = 24;
  static constexpr int64_t maxRegisterBudget = 256;
  static constexpr int64_t registerBudgetStep = 8;

  /// wgmma: m64nNk16 for 16-bit types, N a multiple of 8 in [8, 256].
  static constexpr int64_t wgmmaM = 64;
  static constexpr int64_t wgmmaK = 16;
  static constexpr int64_t wgmmaStepN = 8;
  static constexpr int64_t wgmmaMaxN = 256;

  /// TMA: a box has at most 5 dimensions of at most 256 elements; strides and
  /// the address of the tensor are multiples of 16 bytes.
  static constexpr int64_t tmaMaxRank = 5;
  static constexpr int64_t tmaMaxBox = 256;
  static constexpr int64_t tmaAlignment = 16;
  static constexpr int64_t tensorMapBytes = 128;
  static constexpr int64_t tensorMapAlignment = 64;
  /// Tiles in 128-byte swizzle repeat every 1024 bytes, and start there.
  static constexpr int64_t swizzleAtomBytes = 1024;

  /// Dense 16-bit floating-point operations of the tensor cores, per cycle of
  /// one multiprocessor.
  static constexpr int64_t matrixFlopsPerCycle = 4096;
  /// ex2, rsqrt, … per cycle of one multiprocessor.
  static constexpr int64_t mufuPerCycle = 16;
  static constexpr int64_t fp32PerCycle = 128;
  static constexpr int64_t l2Bytes = 50 * 1024 * 1024;

  //===--------------------------------------------------------------------===//
  // Where they differ
  //===--------------------------------------------------------------------===//

  int64_t multiprocessors;
  /// Device memory, bytes per second: the datasheet's.
  double memoryBandwidth;
  /// Clock under sustained matrix load at the power cap, in Hz: measured on an
  /// H200 at 700 W.
  double sustainedClock;
  /// Keys and values that stay in L2 while all query tiles of a group of heads
  /// pass by, in bytes: measured.
  int64_t l2ResidentBytes;

  static const HopperTarget &h100();
  static const HopperTarget &h200();
  /// The target of that name, if there is one.
  static std::optional<HopperTarget> lookup(llvm::StringRef name);

  /// What each of `blocks` blocks of a multiprocessor may have.
  static constexpr int64_t dynamicSmemBytes(int64_t blocks) {
    return smemBytesPerMultiprocessor / blocks - reservedSmemBytesPerBlock;
  }
  /// Whether `n` columns are a legal N of wgmma.
  static constexpr bool isLegalWgmmaN(int64_t n) {
    return n >= wgmmaStepN && n <= wgmmaMaxN && n % wgmmaStepN == 0;
  }
  /// Whether setmaxnreg takes `registers`.
  static constexpr bool isLegalRegisterBudget(int64_t registers) {
    return registers >= minRegisterBudget && registers <= maxRegisterBudget &&
           registers % registerBudgetStep == 0;
  }
};

} // namespace mlir::cca

#endif // CCA_TARGET_HOPPERTARGET_H
