//===- Binary.cpp - gpu.binary to global variables ------------------------===//

#include "Lowerings.h"

using namespace mlir;
using namespace mlir::cca;

/// The first object that a driver can load.
static gpu::ObjectAttr findImage(gpu::BinaryOp op) {
  for (Attribute attribute : op.getObjects()) {
    auto object = cast<gpu::ObjectAttr>(attribute);
    if (object.getFormat() != gpu::CompilationTarget::Offload)
      return object;
  }
  return {};
}

/// Gives a variable of three pointers its value: two of them, and null for what
/// the runtime keeps there. `makeFields` is called where the initializer is.
static void initialize(
    LLVM::GlobalOp global,
    llvm::function_ref<std::pair<Value, Value>(OpBuilder &)> makeFields) {
  Location loc = global.getLoc();
  OpBuilder b(global.getContext());
  b.createBlock(&global.getInitializerRegion());
  auto [first, second] = makeFields(b);
  Value null = LLVM::ZeroOp::create(b, loc, first.getType());
  Value value = LLVM::UndefOp::create(b, loc, global.getType());
  Value fields[] = {first, second, null};
  for (auto [index, field] : llvm::enumerate(fields))
    value = LLVM::InsertValueOp::create(b, loc, value, field, index);
  LLVM::ReturnOp::create(b, loc, value);
}

LogicalResult cca::lowerBinary(gpu::BinaryOp op,
                               ArrayRef<SymbolRefAttr> kernels,
                               RuntimeInterface &runtime,
                               KernelGlobals &globals) {
  gpu::ObjectAttr object = findImage(op);
  if (!object)
    return op.emitOpError("expects PTX, a cubin or a fat binary, but got only "
                          "objects in offloading format");
  Location loc = op.getLoc();
  Builder b(op.getContext());
  std::string image = object.getObject().getValue().str();
  // PTX is text, which ends in NUL; binaries say how long they are.
  if (object.getFormat() == gpu::CompilationTarget::Assembly)
    image += '\0';
  StringRef name = op.getName();
  LLVM::GlobalOp imageGlobal =
      runtime.addGlobal(loc, (name + "_image").str(),
                        LLVM::LLVMArrayType::get(b.getI8Type(), image.size()),
                        /*isConstant=*/true, b.getStringAttr(image));
  LLVM::GlobalOp moduleGlobal =
      runtime.addGlobal(loc, (name + "_module").str(), runtime.moduleType,
                        /*isConstant=*/false);
  initialize(moduleGlobal, [&](OpBuilder &b) {
    Value address = LLVM::AddressOfOp::create(b, loc, imageGlobal);
    return std::pair(address,
                     runtime.addString(b, loc, (name + "_name").str(), name));
  });

  for (SymbolRefAttr kernel : kernels) {
    if (kernel.getRootReference() != name)
      continue;
    StringRef kernelName = kernel.getLeafReference();
    std::string prefix = (name + "_" + kernelName).str();
    LLVM::GlobalOp global =
        runtime.addGlobal(loc, prefix + "_kernel", runtime.kernelType,
                          /*isConstant=*/false);
    initialize(global, [&](OpBuilder &b) {
      Value address = LLVM::AddressOfOp::create(b, loc, moduleGlobal);
      return std::pair(address,
                       runtime.addString(b, loc, prefix + "_name", kernelName));
    });
    globals[kernel] = global;
  }
  return success();
}
