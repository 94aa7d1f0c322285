// RUN: cca-opt %s --hopper-finalize-launches --split-input-file --verify-diagnostics

module attributes {gpu.container_module} {
  gpu.module @kernels {
    gpu.func @any_size() kernel {
      gpu.return
    }
  }
  func.func @launch(%n: index) {
    // expected-error @below {{expects the block size to be an attribute of kernel @kernels::@any_size, known_block_size or nvvm.reqntid, but got none}}
    gpu.launch_func @kernels::@any_size blocks in (%n, %n, %n) threads in (%n, %n, %n)
    return
  }
}

// -----

module attributes {gpu.container_module} {
  // Serialised too early.
  gpu.binary @kernels [#gpu.object<#nvvm.target, bin = "CUBIN">]
  func.func @launch(%n: index) {
    // expected-error @below {{expects a kernel of a gpu.module, but got @kernels::@attend}}
    gpu.launch_func @kernels::@attend blocks in (%n, %n, %n) threads in (%n, %n, %n)
    return
  }
}
