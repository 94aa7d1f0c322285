//===- Linker.cpp - Machine code in this process --------------------------===//

#include "cca/Compiler/Linker.h"

#include "cca-c/Runtime.h"

#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/Module.h"

#include <cstring>

using namespace mlir::cca;
using llvm::StringRef;

const FunctionTable &mlir::cca::getLaunchFunctions() {
  static const FunctionTable table = [] {
    FunctionTable table;
    auto add = [&](StringRef name, auto *function) {
      table[name] = llvm::orc::ExecutorAddr::fromPtr(function);
    };
    add("cca_fail", cca_fail);
    add("cca_check_argument", cca_check_argument);
    add("cca_check_workspace", cca_check_workspace);
    add("cca_launch_kernel", cca_launch_kernel);
    add("cca_get_constant", cca_get_constant);
    add("cca_encode_tensor_map", cca_encode_tensor_map);
    add("cca_get_multiprocessor_count", cca_get_multiprocessor_count);
    add("memcpy", std::memcpy);
    add("memmove", std::memmove);
    add("memset", std::memset);
    return table;
  }();
  return table;
}

llvm::SmallVector<StringRef>
mlir::cca::findMissing(const llvm::Module &module, const FunctionTable &table) {
  llvm::SmallVector<StringRef> missing;
  for (const llvm::Function &function : module)
    if (function.isDeclaration() && !function.isIntrinsic() &&
        !function.use_empty() && !table.contains(function.getName())) {
      StringRef name = function.getName();
      name.consume_front("_mlir_ciface_");
      missing.push_back(name);
    }
  return missing;
}

llvm::Expected<std::unique_ptr<llvm::orc::LLJIT>>
mlir::cca::createLinker(llvm::orc::JITTargetMachineBuilder builder,
                        const FunctionTable &table) {
  auto linker = llvm::orc::LLJITBuilder()
                    .setJITTargetMachineBuilder(std::move(builder))
                    .setLinkProcessSymbolsByDefault(false)
                    .setPlatformSetUp(llvm::orc::setUpInactivePlatform)
                    .create();
  if (!linker)
    return linker.takeError();
  llvm::orc::MangleAndInterner mangle((*linker)->getExecutionSession(),
                                      (*linker)->getDataLayout());
  llvm::orc::SymbolMap symbols;
  for (const auto &[name, address] : table)
    symbols[mangle(name)] = {address, llvm::JITSymbolFlags::Exported |
                                          llvm::JITSymbolFlags::Callable};
  if (llvm::Error error = (*linker)->getMainJITDylib().define(
          llvm::orc::absoluteSymbols(std::move(symbols))))
    return std::move(error);
  return std::move(*linker);
}

llvm::Expected<llvm::orc::ExecutorAddr>
mlir::cca::findFunction(llvm::orc::LLJIT &linker, StringRef name) {
  // ORC reports what went wrong, the lookup only that something did.
  std::string reason;
  llvm::orc::ExecutionSession &session = linker.getExecutionSession();
  session.setErrorReporter([&reason](llvm::Error error) {
    reason = llvm::toString(std::move(error));
  });
  auto address = linker.lookup(name);
  session.setErrorReporter(
      [](llvm::Error error) { llvm::consumeError(std::move(error)); });
  if (address || reason.empty())
    return address;
  llvm::consumeError(address.takeError());
  return llvm::createStringError(reason);
}
