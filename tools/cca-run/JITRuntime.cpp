//===- JITRuntime.cpp - What compiled code may call -----------------------===//

#include "JITRuntime.h"

#include "Arrays/MemRef.h"
#include "Support/Failure.h"
#include "cca/Support/Half.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/Twine.h"

#include <cmath>
#include <cstdlib>
#include <cstring>

using namespace mlir::cca;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Failed checks and memory
//===----------------------------------------------------------------------===//

/// A failed `cf.assert` prints its message with `puts` and then calls `abort`.
static std::string &getFailedCheck() {
  static std::string message;
  return message;
}

static int keepMessage(const char *message) {
  std::string &kept = getFailedCheck();
  if (!kept.empty())
    kept += '\n';
  kept += message;
  return 0;
}

/// Reports it. `generate-runtime-verification` makes messages of the form
///
///   ERROR: Runtime op verification failed
///   <the op>
///   ^ <what is wrong>
///   Location: loc("<file>":<line>:<column>)
///
/// of which what is wrong, and where, make a diagnostic.
[[noreturn]] static void failCheck() {
  StringRef message = getFailedCheck();
  if (!message.consume_front("ERROR: Runtime op verification failed\n"))
    exitWithError(message.empty() ? "the entry called abort" : message);
  auto [what, where] = message.rsplit("\nLocation: ");
  size_t caret = what.rfind("\n^ ");
  if (caret != StringRef::npos)
    what = what.drop_front(caret + 1);
  what.consume_front("^ ");
  // Names of files are quoted; one location may be made of several.
  auto [file, position] = where.split('"').second.split('"');
  std::string location = (file + position.take_while([](char c) {
                           return c == ':' || llvm::isDigit(c);
                         })).str();
  exitWithError(what, location);
}

[[noreturn]] static void failAllocation(size_t size) {
  llvm::SmallString<64> message;
  exitWithError(
      ("out of memory: the entry asks for " + llvm::Twine(size) + " bytes")
          .toStringRef(message));
}

/// Compiled code does not look whether it got what it asked for.
static void *allocate(size_t size) {
  void *memory = std::malloc(size ? size : 1);
  if (!memory)
    failAllocation(size);
  return memory;
}

/// What LLVM makes of an allocation that is filled with zeros.
static void *allocateZeros(size_t count, size_t size) {
  void *memory = std::calloc(count ? count : 1, size ? size : 1);
  if (!memory)
    failAllocation(count * size);
  return memory;
}

static void *allocateAligned(size_t alignment, size_t size) {
  void *memory = nullptr;
  if (posix_memalign(&memory, std::max(alignment, sizeof(void *)),
                     size ? size : 1))
    failAllocation(size);
  return memory;
}

/// An unranked memref, as the LLVM dialect lays it out.
struct UnrankedMemRef {
  int64_t rank;
  int64_t *descriptor;
};

/// What `memref.copy` becomes if the memrefs are not both contiguous.
static void copyMemRef(int64_t elementSize, UnrankedMemRef *source,
                       UnrankedMemRef *target) {
  copyElements(MemRef(source->descriptor, source->rank),
               MemRef(target->descriptor, target->rank), elementSize);
}

//===----------------------------------------------------------------------===//
// 16-bit floats
//===----------------------------------------------------------------------===//
//
// Processors without instructions for these conversions call the functions of
// LLVM's compiler-rt, of which libgcc has some from version 12 or 13 on. They
// pass a 16-bit float in the low bits of a floating-point register: the same as
// a float with these bits.

static float fromBits(uint16_t bits) {
  return llvm::bit_cast<float>(uint32_t(bits));
}
static uint16_t toBits(float value) {
  return uint16_t(llvm::bit_cast<uint32_t>(value));
}

static float truncateToBf16(float value) {
  return fromBits(floatToBf16(value));
}
static float truncateToF16(float value) { return fromBits(floatToF16(value)); }
static float extendF16(float value) { return f16ToFloat(toBits(value)); }

/// Rounds once; by way of f32 would round twice.
static float truncateDouble(double value, const llvm::fltSemantics &type) {
  llvm::APFloat number(value);
  bool losesInfo;
  number.convert(type, llvm::APFloat::rmNearestTiesToEven, &losesInfo);
  return fromBits(uint16_t(number.bitcastToAPInt().getZExtValue()));
}
static float truncateDoubleToBf16(double value) {
  return truncateDouble(value, llvm::APFloat::BFloat());
}
static float truncateDoubleToF16(double value) {
  return truncateDouble(value, llvm::APFloat::IEEEhalf());
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

static void sinCosFloat(float x, float *sin, float *cos) {
  *sin = std::sin(x);
  *cos = std::cos(x);
}
static void sinCosDouble(double x, double *sin, double *cos) {
  *sin = std::sin(x);
  *cos = std::cos(x);
}

static float powFloat(float x, int n) { return std::pow(x, float(n)); }
static double powDouble(double x, int n) { return std::pow(x, double(n)); }

static FunctionTable makeTable() {
  FunctionTable table = getLaunchFunctions();
  auto add = [&](StringRef name, auto *function) {
    table[name] = llvm::orc::ExecutorAddr::fromPtr(function);
  };
  add("puts", keepMessage);
  add("abort", failCheck);
  add("malloc", allocate);
  add("calloc", allocateZeros);
  add("aligned_alloc", allocateAligned);
  add("free", std::free);
  add("memrefCopy", copyMemRef);
  add("__truncsfbf2", truncateToBf16);
  add("__truncdfbf2", truncateDoubleToBf16);
  add("__truncsfhf2", truncateToF16);
  add("__truncdfhf2", truncateDoubleToF16);
  add("__extendhfsf2", extendF16);
  add("sincosf", sinCosFloat);
  add("sincos", sinCosDouble);
  add("__powisf2", powFloat);
  add("__powidf2", powDouble);

  using Unary = double(double);
  using UnaryFloat = float(float);
  using Binary = double(double, double);
  using BinaryFloat = float(float, float);
  using Ternary = double(double, double, double);
  using TernaryFloat = float(float, float, float);
#define ADD_MATH(name, arity)                                                  \
  add(#name, static_cast<arity *>(std::name));                                 \
  add(#name "f", static_cast<arity##Float *>(std::name));
  ADD_MATH(acos, Unary)
  ADD_MATH(asin, Unary)
  ADD_MATH(atan, Unary)
  ADD_MATH(ceil, Unary)
  ADD_MATH(cos, Unary)
  ADD_MATH(cosh, Unary)
  ADD_MATH(exp, Unary)
  ADD_MATH(exp2, Unary)
  ADD_MATH(floor, Unary)
  ADD_MATH(log, Unary)
  ADD_MATH(log10, Unary)
  ADD_MATH(log2, Unary)
  ADD_MATH(nearbyint, Unary)
  ADD_MATH(rint, Unary)
  ADD_MATH(round, Unary)
  ADD_MATH(sin, Unary)
  ADD_MATH(sinh, Unary)
  ADD_MATH(sqrt, Unary)
  ADD_MATH(tan, Unary)
  ADD_MATH(tanh, Unary)
  ADD_MATH(trunc, Unary)
  ADD_MATH(atan2, Binary)
  ADD_MATH(fmod, Binary)
  ADD_MATH(pow, Binary)
  ADD_MATH(fma, Ternary)
#undef ADD_MATH
  add("ldexp", static_cast<double (*)(double, int)>(std::ldexp));
  add("ldexpf", static_cast<float (*)(float, int)>(std::ldexp));
  // Not in std before C++23, or not at all.
  add("exp10", static_cast<Unary *>(::exp10));
  add("exp10f", static_cast<UnaryFloat *>(::exp10f));
  add("roundeven", static_cast<Unary *>(::roundeven));
  add("roundevenf", static_cast<UnaryFloat *>(::roundevenf));
  return table;
}

const FunctionTable &mlir::cca::getRuntimeFunctions() {
  static const FunctionTable table = makeTable();
  return table;
}
