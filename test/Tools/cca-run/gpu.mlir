// --target=gpu: buffers go to the GPU, kernels run there, results come back.
//
// REQUIRES: numpy
// RUN: rm -rf %t && %python %S/Inputs/make_arrays.py %t

// An entry on buffers: each argument is an input and an output.
// RUN: env CCA_FAKE_DRIVER_LOG=%t/log LD_LIBRARY_PATH=%fake_driver cca-run %S/Inputs/twice.mlir --target=gpu \
// RUN:   --input=%t/f32_6.npy --input=%t/f32_6.npy --output=%t/in.npy --output=%t/out.npy
// RUN: cmp %t/f32_6.npy %t/in.npy
// RUN: %python -c "import numpy as np, sys; a, b = map(np.load, sys.argv[1:]); np.testing.assert_array_equal(b, 2 * a)" \
// RUN:   %t/f32_6.npy %t/out.npy
// RUN: FileCheck %s --check-prefix=TWICE < %t/log
// TWICE:      cuMemAlloc 24
// TWICE-NEXT: cuMemcpyHtoD 24
// TWICE-NEXT: cuMemAlloc 24
// TWICE-NEXT: cuMemcpyHtoD 24
// TWICE:      cuLaunchKernelEx twice grid 1 1 1 block 128 1 1
// TWICE-NEXT:   argument 0: 8 bytes, [[IN:[0-9]+]]
// TWICE-NEXT:   argument 1: 8 bytes, [[IN]]
// TWICE-NEXT:   argument 2: 8 bytes, 0
// TWICE-NEXT:   argument 3: 8 bytes, 6
// TWICE-NEXT:   argument 4: 8 bytes, 1
// TWICE-NEXT:   argument 5: 8 bytes, [[OUT:[0-9]+]]
// TWICE:      cuStreamSynchronize
// TWICE-NEXT: cuMemcpyDtoH 24
// TWICE-NEXT: cuMemcpyDtoH 24
// TWICE:      cuMemFree
// TWICE:      cuMemFree
// TWICE-NOT:  cuMem

// Times are the GPU's.
// RUN: env LD_LIBRARY_PATH=%fake_driver cca-run %S/Inputs/twice.mlir --target=gpu --time \
// RUN:   --input=%t/f32_6.npy --input=%t/f32_6.npy | FileCheck %s --check-prefix=TIME
// TIME: compile: {{[0-9.]+}} ms (parse {{[0-9.]+}} ms, passes {{[0-9.]+}} ms, LLVM {{[0-9.]+}} ms)
// TIME: run: 0.125 ms (median of 100 after a warm-up; 0.125 to 0.125 ms)

// An entry on tensors: results have the sizes that the entry says, and elements that no kernel wrote are NaN.
// The fake driver computes nothing of this one.
// RUN: %python -c "import numpy as np, sys; [np.save(sys.argv[1] + name, np.zeros((2, 70, heads, 128), np.uint16)) \
// RUN:   for name, heads in (('/q.npy', 4), ('/kv.npy', 2))]" %t
// RUN: env CCA_FAKE_DRIVER_LOG=%t/attention.log LD_LIBRARY_PATH=%fake_driver cca-run %s --target=gpu \
// RUN:   --input=%t/q.npy --input=%t/kv.npy --input=%t/kv.npy --output=%t/o.npy
// RUN: %python -c "import numpy as np, sys; o = np.load(sys.argv[1]); assert o.shape == (2, 70, 4, 128); assert (o == 0xffff).all()" %t/o.npy
// RUN: FileCheck %s --check-prefix=ATTENTION < %t/attention.log
// ATTENTION: cuMemsetD8 0xff 143360
// ATTENTION: cuTensorMapEncodeTiled {{.*}} sizes 64 70 2 {{[24]}} 2
// ATTENTION: cuLaunchKernelEx
func.func @attention(%query: tensor<?x?x4x128xbf16>, %key: tensor<?x?x2x128xbf16>, %value: tensor<?x?x2x128xbf16>)
    -> tensor<?x?x4x128xbf16> {
  %o = cca.flash_attention
      query(%query : tensor<?x?x4x128xbf16>) key(%key : tensor<?x?x2x128xbf16>) value(%value : tensor<?x?x2x128xbf16>)
      causal
      -> tensor<?x?x4x128xbf16>
  return %o : tensor<?x?x4x128xbf16>
}

// Sizes that must agree are checked before anything is launched.
// RUN: not env LD_LIBRARY_PATH=%fake_driver cca-run %s --target=gpu --time \
// RUN:   --input=%t/q.npy --input=%t/kv.npy --input=%t/kv_short.npy 2>&1 | FileCheck %s --check-prefix=NO-FILE
// NO-FILE: error: cannot read '{{.*}}kv_short.npy'
// RUN: %python -c "import numpy as np, sys; np.save(sys.argv[1], np.zeros((2, 69, 2, 128), np.uint16))" %t/kv_short.npy
// RUN: not env LD_LIBRARY_PATH=%fake_driver cca-run %s --target=gpu --time \
// RUN:   --input=%t/q.npy --input=%t/kv.npy --input=%t/kv_short.npy 2>&1 | FileCheck %s --check-prefix=SIZES
// SIZES: gpu.mlir:{{.*}} error: {{.*}}expects

// What goes wrong there is reported at the entry.
// RUN: not env CCA_FAKE_DRIVER_FAIL=cuMemAlloc_v2 LD_LIBRARY_PATH=%fake_driver cca-run %S/Inputs/twice.mlir --target=gpu --time \
// RUN:   --input=%t/f32_6.npy --input=%t/f32_6.npy 2>&1 | FileCheck %s --check-prefix=MEMORY
// MEMORY: twice.mlir:19:3: error: cannot run @main: cannot allocate 24 bytes of device memory: CUDA_ERROR_INVALID_VALUE: invalid argument
// RUN: not env CCA_FAKE_DRIVER_FAIL=cuLaunchKernelEx LD_LIBRARY_PATH=%fake_driver cca-run %S/Inputs/twice.mlir --target=gpu \
// RUN:   --input=%t/f32_6.npy --input=%t/f32_6.npy --output=%t/a.npy --output=%t/b.npy 2>&1 | FileCheck %s --check-prefix=LAUNCH
// LAUNCH: twice.mlir:19:3: error: cannot run @main: cannot launch kernel 'twice' with 1 x 1 x 1 blocks
// RUN: not ls %t/a.npy
// RUN: not env CCA_FAKE_DRIVER_FAIL=cuStreamSynchronize LD_LIBRARY_PATH=%fake_driver cca-run %S/Inputs/twice.mlir --target=gpu --time \
// RUN:   --input=%t/f32_6.npy --input=%t/f32_6.npy 2>&1 | FileCheck %s --check-prefix=KERNEL
// KERNEL: error: cannot run @main: the stream failed: CUDA_ERROR_INVALID_VALUE: invalid argument
// RUN: not env CCA_FAKE_DRIVER_FAIL=cuInit LD_LIBRARY_PATH=%fake_driver cca-run %S/Inputs/twice.mlir --target=gpu --time \
// RUN:   --input=%t/f32_6.npy --input=%t/f32_6.npy 2>&1 | FileCheck %s --check-prefix=NO-DEVICE
// NO-DEVICE: error: cannot run @main: cannot initialise the CUDA driver: CUDA_ERROR_INVALID_VALUE: invalid argument

// A library that is no driver; none at all looks the same.
// RUN: mkdir %t/no && echo > %t/no/libcuda.so.1
// RUN: not env LD_LIBRARY_PATH=%t/no cca-run %S/Inputs/twice.mlir --target=gpu --time \
// RUN:   --input=%t/f32_6.npy --input=%t/f32_6.npy 2>&1 | FileCheck %s --check-prefix=NO-DRIVER
// NO-DRIVER: error: cannot run @main: cannot load the CUDA driver: {{.*}}libcuda.so.1
