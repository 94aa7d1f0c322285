// RUN: cca-opt %s --pass-pipeline='builtin.module(gpu.module(llvm.func(nvvm-mark-grid-constants)))' | FileCheck %s

// CHECK-LABEL: llvm.func @kernel
// CHECK-SAME:    %{{[a-z0-9]*}}: !llvm.ptr {llvm.align = 64 : i64, llvm.byval = !llvm.array<128 x i8>, nvvm.grid_constant}, %{{[a-z0-9]*}}: i32, %{{[a-z0-9]*}}: !llvm.ptr {llvm.align = 64 : i64, llvm.byval = !llvm.array<128 x i8>, nvvm.grid_constant}, %{{[a-z0-9]*}}: !llvm.ptr)
// CHECK-NOT:     hopper.tensor_maps
gpu.module @kernels {
  llvm.func @kernel(%queries: !llvm.ptr, %n: i32, %keys: !llvm.ptr, %buffer: !llvm.ptr)
      attributes {nvvm.kernel, hopper.tensor_maps = array<i32: 0, 2>} {
    llvm.return
  }
}

// CHECK-LABEL: llvm.func @no_maps
// CHECK-SAME:    (%{{[a-z0-9]*}}: !llvm.ptr) attributes {nvvm.kernel}
gpu.module @others {
  llvm.func @no_maps(%buffer: !llvm.ptr) attributes {nvvm.kernel} {
    llvm.return
  }
}
