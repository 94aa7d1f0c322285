//===- KernelTable.cpp - What kernels take of a multiprocessor ------------===//

#include "KernelTable.h"

#include "cca/Target/HopperTarget.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Regex.h"

using namespace mlir;
using namespace mlir::cca;

/// The numbers in the groups of `pattern` where it first matches.
static SmallVector<int64_t> findNumbers(StringRef text, StringRef pattern) {
  SmallVector<StringRef> groups;
  SmallVector<int64_t> numbers;
  if (llvm::Regex(pattern).match(text, &groups))
    for (StringRef group : ArrayRef(groups).drop_front())
      group.getAsInteger(10, numbers.emplace_back());
  return numbers;
}

/// Dynamic shared memory by kernel: PTX does not have it.
static llvm::StringMap<int64_t> getSharedMemory(ModuleOp module) {
  llvm::StringMap<int64_t> bytes;
  module.walk([&](gpu::LaunchFuncOp op) {
    APInt size;
    Value operand = op.getDynamicSharedMemorySize();
    if (operand && matchPattern(operand, m_ConstantInt(&size)))
      bytes[op.getKernelName()] = size.getSExtValue();
  });
  return bytes;
}

/// The part of the report about a kernel.
static StringRef findReport(StringRef report, StringRef name) {
  std::string begin = ("entry function '" + name + "'").str();
  StringRef after = report.split(begin).second;
  return after.take_front(after.find("entry function '"));
}

/// Registers of a thread that a block can be launched with.
static int64_t getMostRegisters(int64_t threads, int64_t blocks) {
  int64_t share = HopperTarget::registersPerMultiprocessor /
                  std::max<int64_t>(threads * blocks, 1);
  return std::min(
      llvm::alignDown(share, uint64_t(HopperTarget::registerBudgetStep)),
      uint64_t(HopperTarget::maxRegistersPerThread));
}

/// The budgets between which roles move registers, as `24/240`.
static std::string getRoles(StringRef body) {
  SmallVector<std::string> budgets;
  while (true) {
    body = body.split("setmaxnreg").second;
    SmallVector<int64_t> budget = findNumbers(body, "u32[^0-9]*([0-9]+)");
    if (budget.empty())
      break;
    budgets.push_back(std::to_string(budget[0]));
  }
  return budgets.empty() ? "-" : llvm::join(llvm::reverse(budgets), "/");
}

namespace {
struct Row {
  std::string name, threads, registers, roles, shared, spilled;

  void print(llvm::raw_ostream &os, size_t width) const {
    using llvm::right_justify;
    os << llvm::left_justify(name, width) << right_justify(threads, 9)
       << right_justify(registers, 11) << right_justify(roles, 10)
       << right_justify(shared, 14) << right_justify(spilled, 15) << "\n";
  }
};
} // namespace

/// `body` is what follows `.entry`.
static Row describe(StringRef body, StringRef report) {
  Row row;
  row.name = body.take_until([](char c) { return c == '('; });
  int64_t threads = 1;
  for (int64_t size : findNumbers(body, "maxntid ([0-9]+), ([0-9]+), ([0-9]+)"))
    threads *= size;
  row.threads = std::to_string(threads);
  row.roles = getRoles(body);

  StringRef said = findReport(report, row.name);
  SmallVector<int64_t> used = findNumbers(said, "Used ([0-9]+) registers");
  SmallVector<int64_t> blocks = findNumbers(body, "minnctapersm ([0-9]+)");
  row.registers = used.empty()
                      ? "<=" + std::to_string(getMostRegisters(
                                   threads, blocks.empty() ? 1 : blocks[0]))
                      : std::to_string(used[0]);
  SmallVector<int64_t> spilled = findNumbers(
      said, "([0-9]+) bytes spill stores, ([0-9]+) bytes spill loads");
  row.spilled = spilled.empty() ? "-" : std::to_string(spilled[0] + spilled[1]);
  return row;
}

void cca::printKernels(llvm::raw_ostream &os, ModuleOp module, StringRef ptx,
                       StringRef report) {
  llvm::StringMap<int64_t> sharedMemory = getSharedMemory(module);
  SmallVector<StringRef> bodies;
  ptx.split(bodies, ".entry ");
  SmallVector<Row> rows = {{"kernel", "threads", "registers", "of roles",
                            "shared bytes", "spilled bytes"}};
  for (StringRef body : llvm::drop_begin(bodies)) {
    Row &row = rows.emplace_back(describe(body, report));
    row.shared = std::to_string(sharedMemory.lookup(row.name));
  }
  size_t width = 0;
  for (const Row &row : rows)
    width = std::max(width, row.name.size());
  for (const Row &row : rows)
    row.print(os, width);
}
