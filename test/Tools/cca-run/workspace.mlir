// --target=gpu of a function with a temporary: its workspace is allocated beside arguments and results. Weights are
// packed by the function itself, in its first kernel.
//
// REQUIRES: numpy
// RUN: rm -rf %t && mkdir %t
// RUN: %python -c "import numpy as np, sys; [np.save(sys.argv[1] + name, np.zeros((2, 70, heads, 64), np.uint16)) \
// RUN:   for name, heads in (('/q.npy', 2), ('/kv.npy', 1))]; np.save(sys.argv[1] + '/w.npy', np.ones(1, np.float32))" %t
// RUN: env CCA_FAKE_DRIVER_LOG=%t/log LD_LIBRARY_PATH=%fake_driver cca-run %S/../cca-compile/Inputs/chain.mlir --target=gpu \
// RUN:   --input=%t/q.npy --input=%t/kv.npy --input=%t/kv.npy --input=%t/w.npy --output=%t/o.npy
// RUN: FileCheck %s < %t/log

// Operands and the result; then 256 bytes for the packed weight, 2 x 70 x 2 x 64 of two bytes between the kernels.
// CHECK:      cuMemAlloc 35840
// CHECK:      cuMemAlloc 17920
// CHECK:      cuMemAlloc 17920
// CHECK:      cuMemAlloc 4
// CHECK:      cuMemAlloc 35840
// CHECK:      cuMemAlloc 36096
// CHECK:      cuModuleLoadDataEx
// CHECK-NOT:  cuModuleLoadDataEx
// CHECK:      cuLaunchKernelEx chain_kernel grid 1 1 1 block 256 1 1 {{.*}} stream 0x{{[0-9a-f]+$}}
// CHECK:      cuLaunchKernelEx flash_attention grid 4 1 1 block 384 1 1 {{.*}} stream 0x{{[0-9a-f]+$}}
// CHECK:      cuLaunchKernelEx flash_attention_0 grid 4 1 1 block 384 1 1 {{.*}} attribute 6 = 1
// CHECK:      cuStreamSynchronize
// CHECK-COUNT-6: cuMemFree
