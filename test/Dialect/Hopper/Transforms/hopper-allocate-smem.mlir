// RUN: cca-opt %s --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-allocate-smem)))' | FileCheck %s

!queries = !hopper.smem<128x64xbf16, swizzle = 128>
!keys = !hopper.smem<64x64xbf16, swizzle = 128>

// 16 KiB, two times 8 KiB, a tile of 8 KiB for each of two consumers; then full and empty barriers of 8 bytes.
// CHECK-LABEL: gpu.func @rings_tiles_barriers
// CHECK-SAME:    hopper.smem_bytes = 49200 : i64
// CHECK-NEXT:    hopper.ring {barriers = 49152 : i64, offset = 0 : i64} : <1, <128x64
// CHECK-NEXT:    hopper.ring {barriers = 49168 : i64, offset = 16384 : i64} : <2, <64x64
// CHECK:           hopper.alloc {offset = 32768 : i64} : <64x64
gpu.module @rings_tiles_barriers {
  gpu.func @rings_tiles_barriers() kernel {
    %rq = hopper.ring : !hopper.ring<1, !queries>
    %rk = hopper.ring : !hopper.ring<2, !keys>
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 240 (%index) {
      %staging = hopper.alloc : !keys
    }
    gpu.return
  }
}

// Outside of the consumers' region there is one tile, which all threads share.
// CHECK-LABEL: gpu.func @tile_of_the_block
// CHECK-SAME:    hopper.smem_bytes = 16384 : i64
// CHECK-NEXT:    hopper.alloc {offset = 0 : i64}
// CHECK-NEXT:    hopper.alloc {offset = 8192 : i64}
gpu.module @tile_of_the_block {
  gpu.func @tile_of_the_block() kernel {
    %a = hopper.alloc : !keys
    %b = hopper.alloc : !keys
    gpu.return
  }
}

// A tile of 256 bytes; the next begins where the swizzle repeats.
// CHECK-LABEL: gpu.func @tiles_begin_at_swizzle_atoms
// CHECK-SAME:    hopper.smem_bytes = 9216 : i64
// CHECK-NEXT:    hopper.alloc {offset = 0 : i64}
// CHECK-NEXT:    hopper.alloc {offset = 1024 : i64}
gpu.module @tiles_begin_at_swizzle_atoms {
  gpu.func @tiles_begin_at_swizzle_atoms() kernel {
    %a = hopper.alloc : !hopper.smem<8x16xbf16, swizzle = 32>
    %b = hopper.alloc : !keys
    gpu.return
  }
}

// 227 KiB, the most that a block can have.
// CHECK-LABEL: gpu.func @all_there_is
// CHECK-SAME:    hopper.smem_bytes = 232448 : i64
gpu.module @all_there_is {
  gpu.func @all_there_is() kernel {
    %a = hopper.alloc : !hopper.smem<1816x64xbf16, swizzle = 128>
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @nothing
// CHECK-SAME:    hopper.smem_bytes = 0 : i64
gpu.module @nothing {
  gpu.func @nothing() kernel {
    gpu.return
  }
}
