// Partial rows are what each of the four lanes of a row has; spread rows are the same in
// all of them. The sum of a row times itself, with and without its lanes combined.
//
// REQUIRES: numpy
// RUN: %python -c "import numpy as np; x = np.arange(4096).reshape(64, 64) %% 7; s = x.sum(1); \
// RUN:   np.save('%t.x.npy', (x.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)); \
// RUN:   np.save('%t.squares.npy', s * s * 1.0); np.save('%t.max.npy', x.max(1) * 1.0)"
// RUN: cca-run %s --target=sim --input=%t.x.npy --check=%t.squares.npy --check=%t.max.npy --rtol=0

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!tile = tensor<64x64xf32, #hopper.fragment>
!rows = tensor<64xf32, #hopper.rows>
!partial = tensor<64xf32, #hopper.rows<partial>>

module attributes {gpu.container_module} {

gpu.module @kernels {
  gpu.func @rows(%in: !map, %squares: memref<64xf32>, %max: memref<64xf32>) kernel {
    %c0 = arith.constant 0 : i32
    %c64 = arith.constant 64 : i32
    %zero = arith.constant 0 : index
    %half = hopper.load %in[%c0, %c0] : !map -> tensor<64x64xbf16, #hopper.fragment>
    %x = arith.extf %half : tensor<64x64xbf16, #hopper.fragment> to !tile
    %partial = hopper.reduce_rows add %x : !tile -> !partial
    %sum = hopper.combine_rows add %partial : !partial -> !rows
    %factor = hopper.spread_rows %sum : !rows -> !partial
    %scaled = arith.mulf %partial, %factor : !partial
    %square = hopper.combine_rows add %scaled : !partial -> !rows
    hopper.store_rows %square, %squares[%zero] along 0 limit %c64 : !rows, memref<64xf32>
    %m = hopper.reduce_rows max %x : !tile -> !partial
    %all = hopper.combine_rows max %m : !partial -> !rows
    hopper.store_rows %all, %max[%zero] along 0 limit %c64 : !rows, memref<64xf32>
    gpu.return
  }
}

func.func @rows(%x: tensor<64x64xbf16>) -> (tensor<64xf32>, tensor<64xf32>) {
  %c1 = arith.constant 1 : index
  %in = bufferization.to_buffer %x : tensor<64x64xbf16> to memref<64x64xbf16>
  %map = hopper.make_tensor_map %in : memref<64x64xbf16> -> !map
  %squares = memref.alloc() : memref<64xf32>
  %max = memref.alloc() : memref<64xf32>
  gpu.launch_func @kernels::@rows blocks in (%c1, %c1, %c1) threads in (%c1, %c1, %c1)
      args(%map : !map, %squares : memref<64xf32>, %max : memref<64xf32>)
  %s = bufferization.to_tensor %squares restrict : memref<64xf32> to tensor<64xf32>
  %m = bufferization.to_tensor %max restrict : memref<64xf32> to tensor<64xf32>
  return %s, %m : tensor<64xf32>, tensor<64xf32>
}

}
