// Views of a workspace, shapes of the same memory, and kernels that wait for the one ahead.
//
// REQUIRES: numpy
// RUN: %python -c "import numpy as np; np.save('%t.in.npy', np.arange(12, dtype=np.float32).reshape(3, 4)); \
// RUN:   np.save('%t.out.npy', np.zeros((2, 6), np.float32))"
// RUN: cca-run %s --target=sim --input=%t.in.npy --input=%t.out.npy --output=%t.in2.npy --output=%t.out2.npy
// RUN: %python -c "import numpy as np; a, b = np.load('%t.in.npy'), np.load('%t.out2.npy'); \
// RUN:   np.testing.assert_array_equal(a.reshape(2, 6), b)"

module attributes {gpu.container_module} {
gpu.module @kernels {
  gpu.func @move(%in: memref<12xf32>, %out: memref<12xf32>) kernel {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c12 = arith.constant 12 : index
    nvvm.griddepcontrol wait
    nvvm.griddepcontrol launch_dependents
    scf.for %i = %c0 to %c12 step %c1 {
      %x = memref.load %in[%i] : memref<12xf32>
      memref.store %x, %out[%i] : memref<12xf32>
    }
    gpu.return
  }
}
func.func @moves(%in: memref<3x4xf32>, %out: memref<2x6xf32>, %workspace: memref<?xi8> {hopper.workspace}) {
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %c112 = arith.constant 112 : index
  hopper.check_workspace %workspace, %c112 : memref<?xi8>
  %view = memref.view %workspace[%c64][] : memref<?xi8> to memref<12xf32>
  %expanded = memref.expand_shape %view [[0, 1]] output_shape [3, 4] : memref<12xf32> into memref<3x4xf32>
  memref.copy %in, %expanded : memref<3x4xf32> to memref<3x4xf32>
  %flat = memref.collapse_shape %out [[0, 1]] : memref<2x6xf32> into memref<12xf32>
  gpu.launch_func @kernels::@move blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%view : memref<12xf32>, %flat : memref<12xf32>)
  gpu.launch_func @kernels::@move blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%view : memref<12xf32>, %flat : memref<12xf32>) {hopper.programmatic_launch}
  return
}
func.func @moves_workspace_size() -> i64 attributes {hopper.workspace_size} {
  %bytes = arith.constant 112 : i64
  return %bytes : i64
}
}
