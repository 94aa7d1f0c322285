// out = 2 in, on the GPU.
module attributes {gpu.container_module} {
  gpu.module @kernels {
    gpu.func @twice(%in: memref<?xf32, strided<[?], offset: ?>>, %out: memref<?xf32>) kernel
        attributes {known_block_size = array<i32: 128, 1, 1>} {
      %c0 = arith.constant 0 : index
      %i = gpu.global_id x
      %n = memref.dim %in, %c0 : memref<?xf32, strided<[?], offset: ?>>
      %inside = arith.cmpi slt, %i, %n : index
      scf.if %inside {
        %0 = memref.load %in[%i] : memref<?xf32, strided<[?], offset: ?>>
        %1 = arith.addf %0, %0 : f32
        memref.store %1, %out[%i] : memref<?xf32>
      }
      gpu.return
    }
  }

  func.func @main(%in: memref<?xf32>, %out: memref<?xf32>) {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c128 = arith.constant 128 : index
    %n = memref.dim %in, %c0 : memref<?xf32>
    %blocks = arith.ceildivui %n, %c128 : index
    %view = memref.cast %in : memref<?xf32> to memref<?xf32, strided<[?], offset: ?>>
    gpu.launch_func @kernels::@twice blocks in (%blocks, %c1, %c1) threads in (%c1, %c1, %c1)
        args(%view : memref<?xf32, strided<[?], offset: ?>>, %out : memref<?xf32>)
    return
  }
}
