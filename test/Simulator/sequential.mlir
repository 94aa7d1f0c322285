// A kernel as convert-cca-to-hopper emits it: no roles, no asynchrony.
//
// REQUIRES: numpy
// RUN: %python %S/Inputs/attention_vectors.py %t --mask-first
// RUN: cca-run %s --target=sim --input=%t/q.npy --input=%t/k.npy --input=%t/v.npy \
// RUN:   --check=%t/o.npy --check=%t/l.npy --rtol=3e-3

!q_map = !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>
!k_map = !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>
!half = tensor<128x128xbf16>
!tile = tensor<128x128xf32>
!rows = tensor<128xf32>

module attributes {gpu.container_module} {

gpu.module @kernels {
  gpu.func @attention(%query: !q_map, %key: !k_map, %value: !k_map, %out: !q_map,
                      %sums: memref<?xf32>, %blocks: i32, %limit: i32) kernel {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c128 = arith.constant 128 : i32
    %zero = arith.constant 0 : index
    %q = hopper.load %query[%c0, %c0, %c0, %c0] : !q_map -> !half
    %k0 = hopper.load %key[%c0, %c0, %c0, %c0] : !k_map -> !half
    %s0 = hopper.dot %q, %k0 transpose_b : !half, !half -> !tile
    %r = hopper.row_index : tensor<128xi32>
    %s1 = hopper.mask_columns %s0 to %r : !tile, tensor<128xi32>
    %p0 = math.exp2 %s1 : !tile
    %l0 = hopper.reduce_rows add %p0 : !tile -> !rows
    %ph0 = arith.truncf %p0 : !tile to !half
    %v0 = hopper.load %value[%c0, %c0, %c0, %c0] : !k_map -> !half
    %o0 = hopper.dot %ph0, %v0 : !half, !half -> !tile
    %o, %l = scf.for %i = %c1 to %blocks step %c1 iter_args(%oi = %o0, %li = %l0) -> (!tile, !rows) : i32 {
      %row = arith.muli %i, %c128 : i32
      %k = hopper.load %key[%c0, %row, %c0, %c0] : !k_map -> !half
      %s = hopper.dot %q, %k transpose_b : !half, !half -> !tile
      %p = math.exp2 %s : !tile
      %ls = hopper.reduce_rows add %p : !tile -> !rows
      %l2 = arith.addf %li, %ls : !rows
      %ph = arith.truncf %p : !tile to !half
      %v = hopper.load %value[%c0, %row, %c0, %c0] : !k_map -> !half
      %o2 = hopper.dot %ph, %v, %oi : !half, !half -> !tile
      scf.yield %o2, %l2 : !tile, !rows
    }
    %one = arith.constant dense<1.0> : !rows
    %inv = arith.divf %one, %l : !rows
    %b = hopper.broadcast_rows %inv : !rows -> !tile
    %on = arith.mulf %o, %b : !tile
    %oh = arith.truncf %on : !tile to !half
    hopper.store %oh, %out[%c0, %c0, %c0, %c0] : !half, !q_map
    hopper.store_rows %l, %sums[%zero] along 0 limit %limit : !rows, memref<?xf32>
    gpu.return
  }
}

func.func @attention(%query: tensor<1x?x1x128xbf16>, %key: tensor<1x?x1x128xbf16>,
                     %value: tensor<1x?x1x128xbf16>) -> (tensor<1x?x1x128xbf16>, tensor<?xf32>) {
  %one = arith.constant 1 : index
  %block = arith.constant 128 : index
  %q = bufferization.to_buffer %query : tensor<1x?x1x128xbf16> to memref<1x?x1x128xbf16>
  %k = bufferization.to_buffer %key : tensor<1x?x1x128xbf16> to memref<1x?x1x128xbf16>
  %v = bufferization.to_buffer %value : tensor<1x?x1x128xbf16> to memref<1x?x1x128xbf16>
  %queries = memref.dim %q, %one : memref<1x?x1x128xbf16>
  %keys = memref.dim %k, %one : memref<1x?x1x128xbf16>
  %o = memref.alloc(%queries) : memref<1x?x1x128xbf16>
  %l = memref.alloc(%queries) : memref<?xf32>
  %mq = hopper.make_tensor_map %q : memref<1x?x1x128xbf16> -> !q_map
  %mk = hopper.make_tensor_map %k : memref<1x?x1x128xbf16> -> !k_map
  %mv = hopper.make_tensor_map %v : memref<1x?x1x128xbf16> -> !k_map
  %mo = hopper.make_tensor_map %o : memref<1x?x1x128xbf16> -> !q_map
  %blocks = arith.ceildivui %keys, %block : index
  %n = arith.index_cast %blocks : index to i32
  %limit = arith.index_cast %queries : index to i32
  gpu.launch_func @kernels::@attention blocks in (%one, %one, %one) threads in (%one, %one, %one)
      args(%mq : !q_map, %mk : !k_map, %mv : !k_map, %mo : !q_map, %l : memref<?xf32>, %n : i32, %limit : i32)
  %out = bufferization.to_tensor %o restrict : memref<1x?x1x128xbf16> to tensor<1x?x1x128xbf16>
  %sums = bufferization.to_tensor %l restrict : memref<?xf32> to tensor<?xf32>
  return %out, %sums : tensor<1x?x1x128xbf16>, tensor<?xf32>
}

}
