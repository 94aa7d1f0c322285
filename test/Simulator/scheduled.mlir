// A kernel after the passes of the schedule: a producer, two consumers that take
// turns, and a block that walks over its tiles. Right however things interleave.
//
// REQUIRES: numpy
// RUN: %python %S/Inputs/attention_vectors.py %t --queries 384
// DEFINE: %{run} = cca-run %s --target=sim --input=%t/q.npy --input=%t/k.npy \
// DEFINE:   --input=%t/v.npy --check=%t/o.npy --rtol=3e-3
// RUN: %{run}
// RUN: %{run} --sim-policy=latest
// RUN: %{run} --sim-policy=random --sim-seed=1 --sim-multiprocessors=1
// RUN: %{run} --sim-policy=random --sim-seed=2 --sim-multiprocessors=2
// RUN: %{run} --sim-policy=random --sim-seed=3 --sim-multiprocessors=2
// RUN: %{run} --sim-policy=timed

!map = !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>
!o_map = !hopper.tensor_map<1x64x1x128xbf16, swizzle = 128>
!stage = !hopper.smem<128x128xbf16, swizzle = 128>
!my_rows = !hopper.smem<64x128xbf16, swizzle = 128, panel_rows = 128>
!staging = !hopper.smem<64x128xbf16, swizzle = 128>
!tile = tensor<64x128xf32, #hopper.fragment>
!half = tensor<64x128xbf16, #hopper.fragment>
!partial = tensor<64xf32, #hopper.rows<partial>>
!rows = tensor<64xf32, #hopper.rows>

module attributes {gpu.container_module} {

gpu.module @kernels {
  gpu.func @attention(%query: !map, %key: !map, %value: !map, %out: !o_map, %tiles: i32)
      kernel attributes {known_block_size = array<i32: 384, 1, 1>, hopper.smem_bytes = 196704} {
    %c0 = arith.constant 0 : i32
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c3 = arith.constant 3 : i32
    %c64 = arith.constant 64 : i32
    %c128 = arith.constant 128 : i32
    %c256 = arith.constant 256 : i32
    %n = arith.constant 4 : i32
    %last = arith.constant 384 : i32
    %block = gpu.block_id x
    %first = arith.index_cast %block : index to i32
    %grid = gpu.grid_dim x
    %stride = arith.index_cast %grid : index to i32
    %rq = hopper.ring {offset = 0, barriers = 196608} : !hopper.ring<1, !stage>
    %rk = hopper.ring {offset = 32768, barriers = 196624} : !hopper.ring<2, !stage>
    %rv = hopper.ring {offset = 98304, barriers = 196656} : !hopper.ring<2, !stage>
    hopper.warp_specialize producer registers 24 {
      scf.for %t = %first to %tiles step %stride : i32 {
        %row0 = arith.muli %t, %c128 : i32
        %tq = hopper.put_enter %rq : !hopper.ring<1, !stage>
        hopper.tma_load %query[%c0, %row0, %c0, %c0], %tq : !map, !stage
        hopper.put_exit %tq, %rq : !hopper.ring<1, !stage>
        %tk = hopper.put_enter %rk : !hopper.ring<2, !stage>
        hopper.tma_load %key[%c0, %c0, %c0, %c0], %tk : !map, !stage
        hopper.put_exit %tk, %rk : !hopper.ring<2, !stage>
        scf.for %i = %c1 to %n step %c1 : i32 {
          %row = arith.muli %i, %c128 : i32
          %rowv = arith.subi %row, %c128 : i32
          %tk1 = hopper.put_enter %rk : !hopper.ring<2, !stage>
          hopper.tma_load %key[%c0, %row, %c0, %c0], %tk1 : !map, !stage
          hopper.put_exit %tk1, %rk : !hopper.ring<2, !stage>
          %tv = hopper.put_enter %rv : !hopper.ring<2, !stage>
          hopper.tma_load %value[%c0, %rowv, %c0, %c0], %tv : !map, !stage
          hopper.put_exit %tv, %rv : !hopper.ring<2, !stage>
        }
        %tv1 = hopper.put_enter %rv : !hopper.ring<2, !stage>
        hopper.tma_load %value[%c0, %last, %c0, %c0], %tv1 : !map, !stage
        hopper.put_exit %tv1, %rv : !hopper.ring<2, !stage>
      }
    } consumers 2 registers 240 (%wg) {
      // Ping-pong at barriers 1 and 2: consumer 1 gives consumer 0 the first turn.
      %turn = arith.addi %wg, %c1 : i32
      %other = arith.subi %c3, %turn : i32
      %own = arith.addi %wg, %c3 : i32
      %second = arith.cmpi eq, %wg, %c1 : i32
      scf.if %second {
        nvvm.barrier.arrive id = %other number_of_threads = %c256
      }
      %stage = hopper.alloc {offset = 163840} : !staging
      %my_row = arith.muli %wg, %c64 : i32
      scf.for %t = %first to %tiles step %stride : i32 {
        %tile_row = arith.muli %t, %c128 : i32
        %row0 = arith.addi %tile_row, %my_row : i32
        %tq = hopper.get_enter %rq : !hopper.ring<1, !stage>
        %mine = hopper.slice_rows %tq[%my_row] : !stage -> !my_rows
        %q0 = hopper.ldmatrix %mine : !my_rows -> !half
        nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
        hopper.get_exit %tq, %rq : !hopper.ring<1, !stage>
        %zero = arith.constant dense<0.0> : !tile
        %q = hopper.wgmma_fence %q0 : !half
        %k0 = hopper.get_enter %rk : !hopper.ring<2, !stage>
        %s0p = hopper.wgmma %q, %k0 transpose_b : !half, !stage -> !hopper.pending<!tile>
        %s0c = hopper.commit %s0p : !hopper.pending<!tile>
        %s0 = hopper.wait 0, %s0c : !hopper.pending<!tile>
        hopper.get_exit %k0, %rk : !hopper.ring<2, !stage>
        %p0 = math.exp2 %s0 : !tile
        %l0 = hopper.reduce_rows add %p0 : !tile -> !partial
        %ph0 = arith.truncf %p0 : !tile to !half
        %o1, %l1, %ph1 = scf.for %i = %c1 to %n step %c1 iter_args(%oi = %zero, %li = %l0, %pi = %ph0) -> (!tile, !partial, !half) : i32 {
          %k = hopper.get_enter %rk : !hopper.ring<2, !stage>
          nvvm.barrier id = %turn number_of_threads = %c256
          %pf, %of = hopper.wgmma_fence %pi, %oi : !half, !tile
          %sp = hopper.wgmma %q, %k transpose_b : !half, !stage -> !hopper.pending<!tile>
          %sc = hopper.commit %sp : !hopper.pending<!tile>
          %v = hopper.get_enter %rv : !hopper.ring<2, !stage>
          %op = hopper.wgmma %pf, %v, %of : !half, !stage -> !hopper.pending<!tile>
          %oc = hopper.commit %op : !hopper.pending<!tile>
          nvvm.barrier.arrive id = %other number_of_threads = %c256
          %s = hopper.wait 1, %sc : !hopper.pending<!tile>
          hopper.get_exit %k, %rk : !hopper.ring<2, !stage>
          %p = math.exp2 %s : !tile
          %ls = hopper.reduce_rows add %p : !tile -> !partial
          %l2 = arith.addf %li, %ls : !partial
          %o2 = hopper.wait 0, %oc : !hopper.pending<!tile>
          hopper.get_exit %v, %rv : !hopper.ring<2, !stage>
          %ph2 = arith.truncf %p : !tile to !half
          scf.yield %o2, %l2, %ph2 : !tile, !partial, !half
        }
        %v3 = hopper.get_enter %rv : !hopper.ring<2, !stage>
        %pf3, %of3 = hopper.wgmma_fence %ph1, %o1 : !half, !tile
        %op3 = hopper.wgmma %pf3, %v3, %of3 : !half, !stage -> !hopper.pending<!tile>
        %oc3 = hopper.commit %op3 : !hopper.pending<!tile>
        %o = hopper.wait 0, %oc3 : !hopper.pending<!tile>
        hopper.get_exit %v3, %rv : !hopper.ring<2, !stage>
        %lt = hopper.combine_rows add %l1 : !partial -> !rows
        %b = hopper.broadcast_rows %lt : !rows -> !tile
        %on = arith.divf %o, %b : !tile
        %oh = arith.truncf %on : !tile to !half
        hopper.tma_store_wait 0
        nvvm.barrier id = %own number_of_threads = %c128
        hopper.stmatrix %oh, %stage : !half, !staging
        nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
        nvvm.barrier id = %own number_of_threads = %c128
        hopper.tma_store %stage, %out[%c0, %row0, %c0, %c0] : !staging, !o_map
      }
      hopper.tma_store_wait 0
    }
    gpu.return
  }
}

func.func @attention(%query: tensor<1x?x1x128xbf16>, %key: tensor<1x512x1x128xbf16>,
                     %value: tensor<1x512x1x128xbf16>) -> tensor<1x?x1x128xbf16> {
  %one = arith.constant 1 : index
  %rows = arith.constant 128 : index
  %q = bufferization.to_buffer %query : tensor<1x?x1x128xbf16> to memref<1x?x1x128xbf16>
  %k = bufferization.to_buffer %key : tensor<1x512x1x128xbf16> to memref<1x512x1x128xbf16>
  %v = bufferization.to_buffer %value : tensor<1x512x1x128xbf16> to memref<1x512x1x128xbf16>
  %queries = memref.dim %q, %one : memref<1x?x1x128xbf16>
  %o = memref.alloc(%queries) : memref<1x?x1x128xbf16>
  %mq = hopper.make_tensor_map %q : memref<1x?x1x128xbf16> -> !map
  %mk = hopper.make_tensor_map %k : memref<1x512x1x128xbf16> -> !map
  %mv = hopper.make_tensor_map %v : memref<1x512x1x128xbf16> -> !map
  %mo = hopper.make_tensor_map %o : memref<1x?x1x128xbf16> -> !o_map
  %tiles = arith.ceildivui %queries, %rows : index
  %n = arith.index_cast %tiles : index to i32
  %sms = hopper.multiprocessor_count
  %grid = arith.minui %sms, %tiles : index
  gpu.launch_func @kernels::@attention blocks in (%grid, %one, %one) threads in (%rows, %one, %one)
      args(%mq : !map, %mk : !map, %mv : !map, %mo : !o_map, %n : i32)
  %out = bufferization.to_tensor %o restrict : memref<1x?x1x128xbf16> to tensor<1x?x1x128xbf16>
  return %out : tensor<1x?x1x128xbf16>
}

}
