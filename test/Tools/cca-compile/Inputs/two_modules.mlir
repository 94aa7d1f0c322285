module attributes {gpu.container_module} {
  gpu.module @one {
    llvm.func @empty() attributes {gpu.kernel, nvvm.kernel} {
      llvm.return
    }
  }
  gpu.module @two {
    llvm.func @empty() attributes {gpu.kernel, nvvm.kernel} {
      llvm.return
    }
  }
}
