// One family of ops after the other; nothing of the dialect is left.
//
// RUN: cca-opt %s --pass-pipeline='builtin.module(gpu.module(convert-hopper-to-nvvm,canonicalize,cse))' \
// RUN:   | FileCheck %s --implicit-check-not='{{= hopper[.]|^ *hopper[.]|!hopper[.]|#hopper[.]}}'

!map = !hopper.tensor_map<64x64xbf16, swizzle = 128>
!stage = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !stage>

// Four registers a thread: pairs of neighbouring columns of two rows. Sums over the quad of lanes by two shuffles; one
// lane of the quad stores.
// CHECK-LABEL: gpu.func @rows_of_a_tile
// CHECK-SAME:    %[[X:[a-z0-9]*]]: f32, %[[OUT:[a-z0-9]*]]: memref<?xf32>, %[[I:[a-z0-9]*]]: index, %[[LIMIT:[a-z0-9]*]]: i32)
// CHECK:         %[[TID:.*]] = nvvm.read.ptx.sreg.tid.x
// CHECK:         %[[ROW:.*]] = arith.addi
// CHECK:         %[[ROW8:.*]] = arith.addi %[[ROW]], %c8_i32
// CHECK:         %[[COL:.*]] = arith.muli %{{.*}}, %c2_i32
// CHECK:         %[[END:.*]] = arith.subi %[[ROW]], %[[COL]]
// CHECK:         %[[END8:.*]] = arith.subi %[[ROW8]], %[[COL]]
// CHECK:         %[[IN0:.*]] = arith.cmpi sgt, %[[END]], %c0_i32
// CHECK-NEXT:    %[[E0:.*]] = arith.select %[[IN0]], %[[X]], %[[MINUS_INF:.*]] : f32
// CHECK-NEXT:    %[[IN1:.*]] = arith.cmpi sgt, %[[END]], %c1_i32
// CHECK-NEXT:    %[[E1:.*]] = arith.select %[[IN1]], %[[X]], %[[MINUS_INF]] : f32
// CHECK-NEXT:    %[[IN2:.*]] = arith.cmpi sgt, %[[END8]], %c0_i32
// CHECK-NEXT:    %[[E2:.*]] = arith.select %[[IN2]], %[[X]], %[[MINUS_INF]] : f32
// CHECK-NEXT:    %[[IN3:.*]] = arith.cmpi sgt, %[[END8]], %c1_i32
// CHECK-NEXT:    %[[E3:.*]] = arith.select %[[IN3]], %[[X]], %[[MINUS_INF]] : f32
// CHECK-NEXT:    %[[S:.*]] = arith.addf %[[E0]], %[[E1]]
// CHECK-NEXT:    %[[S8:.*]] = arith.addf %[[E2]], %[[E3]]
// CHECK-NEXT:    %[[NEXT:.*]] = nvvm.shfl.sync bfly %c-1_i32, %[[S]], %c1_i32, %c31_i32
// CHECK-NEXT:    %[[PAIR:.*]] = arith.addf %[[S]], %[[NEXT]]
// CHECK-NEXT:    %[[AFTER:.*]] = nvvm.shfl.sync bfly %c-1_i32, %[[PAIR]], %c2_i32, %c31_i32
// CHECK-NEXT:    %[[QUAD:.*]] = arith.addf %[[PAIR]], %[[AFTER]]
// CHECK:         %[[INSIDE:.*]] = arith.cmpi slt, %[[ROW]], %[[LIMIT]]
// CHECK-NEXT:    %[[IS_FIRST:.*]] = arith.cmpi eq, %{{.*}}, %c0_i32
// CHECK-NEXT:    %[[STORES:.*]] = arith.andi %[[INSIDE]], %[[IS_FIRST]]
// CHECK-NEXT:    scf.if %[[STORES]]
// CHECK:           memref.store %[[QUAD]], %[[OUT]]
// CHECK:         scf.if
// CHECK:           memref.store
gpu.module @rows_of_a_tile {
  gpu.func @rows_of_a_tile(%x: f32, %out: memref<?xf32>, %i: index, %limit: i32) kernel {
    %tile = tensor.splat %x : tensor<64x8xf32, #hopper.fragment>
    %row = hopper.row_index : tensor<64xi32, #hopper.rows>
    %masked = hopper.mask_columns %tile to %row : tensor<64x8xf32, #hopper.fragment>, tensor<64xi32, #hopper.rows>
    %partial = hopper.reduce_rows add %masked : tensor<64x8xf32, #hopper.fragment> -> tensor<64xf32, #hopper.rows<partial>>
    %sum = hopper.combine_rows add %partial : tensor<64xf32, #hopper.rows<partial>> -> tensor<64xf32, #hopper.rows>
    hopper.store_rows %sum, %out[%i] along 0 limit %limit : tensor<64xf32, #hopper.rows>, memref<?xf32>
    gpu.return
  }
}

// With a lower bound, too; two chains of maxima for each row.
// CHECK-LABEL: gpu.func @window_and_maximum
// CHECK-COUNT-8: arith.cmpi sle
// CHECK-COUNT-6: llvm.intr.maxnum
// CHECK-NOT:     llvm.intr.maxnum
// CHECK:         nvvm.shfl.sync bfly
// CHECK-NEXT:    llvm.intr.maxnum
gpu.module @window_and_maximum {
  gpu.func @window_and_maximum(%x: f32, %out: memref<?xf32>, %i: index, %limit: i32) kernel {
    %tile = tensor.splat %x : tensor<64x16xf32, #hopper.fragment>
    %row = hopper.row_index : tensor<64xi32, #hopper.rows>
    %masked = hopper.mask_columns %tile from %row to %row : tensor<64x16xf32, #hopper.fragment>, tensor<64xi32, #hopper.rows>
    %partial = hopper.reduce_rows max %masked : tensor<64x16xf32, #hopper.fragment> -> tensor<64xf32, #hopper.rows<partial>>
    %max = hopper.combine_rows max %partial : tensor<64xf32, #hopper.rows<partial>> -> tensor<64xf32, #hopper.rows>
    hopper.store_rows %max, %out[%i] along 0 limit %limit : tensor<64xf32, #hopper.rows>, memref<?xf32>
    gpu.return
  }
}

// Rows are broadcast by naming their registers; exponentials flush denormals; pairs are rounded together, the first
// column in the lower half.
// CHECK-LABEL: gpu.func @arithmetic
// CHECK:         %[[A:.*]] = llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz.f32"
// CHECK-NEXT:    %[[B:.*]] = llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz.f32"
// CHECK-NEXT:    %[[C:.*]] = llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz.f32"
// CHECK-NEXT:    %[[D:.*]] = llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz.f32"
// CHECK-NEXT:    llvm.inline_asm {{.*}}"cvt.rn.bf16x2.f32 $0, $2, $1;", "=r,f,f" %[[A]], %[[B]]
// CHECK-NEXT:    llvm.inline_asm {{.*}}"cvt.rn.bf16x2.f32 $0, $2, $1;", "=r,f,f" %[[C]], %[[D]]
// CHECK-NEXT:    gpu.return
gpu.module @arithmetic {
  gpu.func @arithmetic(%x: f32) kernel {
    %rows = tensor.splat %x : tensor<64xf32, #hopper.rows>
    %tile = hopper.broadcast_rows %rows : tensor<64xf32, #hopper.rows> -> tensor<64x8xf32, #hopper.fragment>
    %e = math.exp2 %tile : tensor<64x8xf32, #hopper.fragment>
    %half = arith.truncf %e : tensor<64x8xf32, #hopper.fragment> to tensor<64x8xbf16, #hopper.fragment>
    gpu.return
  }
}

// Elements of 16 bits are in pairs: a scalar is twice in each, and a pair is one product and sum.
// CHECK-LABEL: gpu.func @arithmetic_of_bf16
// CHECK-SAME:    (%[[X:.*]]: bf16, %[[Y:.*]]: bf16)
// CHECK-DAG:     %[[XX:.*]] = vector.broadcast %[[X]] : bf16 to vector<2xbf16>
// CHECK-DAG:     %[[YY:.*]] = vector.broadcast %[[Y]] : bf16 to vector<2xbf16>
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.fma.v2bf16"(%[[XX]], %[[YY]], %[[XX]])
// CHECK-NEXT:    gpu.return
gpu.module @arithmetic_of_bf16 {
  gpu.func @arithmetic_of_bf16(%x: bf16, %y: bf16) kernel {
    %a = tensor.splat %x : tensor<64x8xbf16, #hopper.fragment>
    %b = tensor.splat %y : tensor<64x8xbf16, #hopper.fragment>
    %r = math.fma %a, %b, %a : tensor<64x8xbf16, #hopper.fragment>
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @arithmetic_of_f16
// CHECK-SAME:    (%[[X:.*]]: f16, %[[Y:.*]]: f16)
// CHECK-DAG:     %[[XX:.*]] = vector.broadcast %[[X]] : f16 to vector<2xf16>
// CHECK-DAG:     %[[YY:.*]] = vector.broadcast %[[Y]] : f16 to vector<2xf16>
// CHECK-COUNT-2: llvm.call_intrinsic "llvm.fma.v2f16"(%[[XX]], %[[YY]], %[[XX]])
// CHECK-NEXT:    gpu.return
gpu.module @arithmetic_of_f16 {
  gpu.func @arithmetic_of_f16(%x: f16, %y: f16) kernel {
    %a = tensor.splat %x : tensor<64x8xf16, #hopper.fragment>
    %b = tensor.splat %y : tensor<64x8xf16, #hopper.fragment>
    %r = math.fma %a, %b, %a : tensor<64x8xf16, #hopper.fragment>
    gpu.return
  }
}

// CHECK-LABEL: gpu.func @tiles_in_loops
// CHECK:         scf.for {{.*}} -> (f32, f32, f32, f32) : i32
// CHECK-COUNT-4:   arith.addf
// CHECK-NEXT:      scf.yield
gpu.module @tiles_in_loops {
  gpu.func @tiles_in_loops(%x: f32, %n: i32, %out: memref<?xf32>, %j: index) kernel {
    %c1 = arith.constant 1 : i32
    %tile = tensor.splat %x : tensor<64x8xf32, #hopper.fragment>
    %r = scf.for %i = %c1 to %n step %c1 iter_args(%t = %tile) -> (tensor<64x8xf32, #hopper.fragment>) : i32 {
      %s = arith.addf %t, %t : tensor<64x8xf32, #hopper.fragment>
      scf.yield %s : tensor<64x8xf32, #hopper.fragment>
    }
    %partial = hopper.reduce_rows add %r : tensor<64x8xf32, #hopper.fragment> -> tensor<64xf32, #hopper.rows<partial>>
    %sum = hopper.combine_rows add %partial : tensor<64xf32, #hopper.rows<partial>> -> tensor<64xf32, #hopper.rows>
    hopper.store_rows %sum, %out[%j] along 0 limit %n : tensor<64xf32, #hopper.rows>, memref<?xf32>
    gpu.return
  }
}

// Lane l names row l mod 16 of its warp's rows; the chunk of 16 bytes is swizzled by the row's line, and the next one
// of 16 columns is 32 bytes away before swizzling. One thread issues the copy.
// CHECK-LABEL: gpu.func @staging
// CHECK-SAME:    %[[MAP:[a-z0-9]*]]: !llvm.ptr, %[[ROW:[a-z0-9]*]]: i32, %[[COL:[a-z0-9]*]]: i32) kernel attributes {hopper.tensor_maps = array<i32: 0>
// CHECK:         %[[BASE:.*]] = llvm.mlir.addressof @shared_memory : !llvm.ptr<3>
// CHECK-NEXT:    %[[ADDRESS:.*]] = llvm.ptrtoint %[[BASE]]
// CHECK-NEXT:    %[[TILE:.*]] = arith.addi %[[ADDRESS]], %c1024_i32
// CHECK-NEXT:    %[[OFFSET:.*]] = arith.muli %[[ROW]], %c128_i32
// CHECK-NEXT:    arith.addi %[[TILE]], %[[OFFSET]]
// CHECK:         %[[SWIZZLED:.*]] = arith.xori %{{.*}}, %{{.*}} : i32
// CHECK-NEXT:    %[[CHUNK:.*]] = arith.muli %[[SWIZZLED]], %c16_i32
// CHECK:         %[[BEGIN:.*]] = arith.addi %{{.*}}, %[[CHUNK]]
// CHECK:         llvm.inline_asm {{.*}}xor.b32 a, $4, 0;\0Aldmatrix.sync.aligned.m8n8.x4.shared.b16 {$0, $1, $2, $3}, [a+0];\0A}", {{.*}} %[[BEGIN]]
// CHECK:         xor.b32 a, $4, 32;\0Aldmatrix
// CHECK-COUNT-2: ldmatrix
// CHECK-COUNT-4: stmatrix.sync.aligned.m8n8.x4.shared.b16 [a+0], {$1, $2, $3, $4};
// CHECK:         llvm.inline_asm {{.*}}setp.eq.s32 p, $0, 0;\0A@p cp.async.bulk.tensor.2d.global.shared::cta.tile.bulk_group [$1, {$3, $4}], [$2];\0A@p cp.async.bulk.commit_group;\0A}", "r,l,r,r,r" %{{.*}}, %[[MAP]], %[[TILE]], %[[COL]], %[[ROW]] :
// CHECK-NEXT:    llvm.inline_asm {{.*}}"cp.async.bulk.wait_group.read 1;"
gpu.module @staging {
  gpu.func @staging(%map: !map, %row: i32, %col: i32) kernel {
    %tile = hopper.alloc {offset = 1024} : !stage
    %mine = hopper.slice_rows %tile[%row] : !stage -> !hopper.smem<64x64xbf16, swizzle = 128, panel_rows = 64>
    %a = hopper.ldmatrix %mine : !hopper.smem<64x64xbf16, swizzle = 128, panel_rows = 64> -> tensor<64x64xbf16, #hopper.fragment>
    hopper.stmatrix %a, %tile : tensor<64x64xbf16, #hopper.fragment>, !stage
    hopper.tma_store %tile, %map[%row, %col] : !stage, !map
    hopper.tma_store_wait 1
    gpu.return
  }
}

// Loads stay on their side of a wait for the kernel ahead: to LLVM the intrinsic would have nothing to do with memory.
// CHECK-LABEL: gpu.func @waits
// CHECK:         memref.load
// CHECK:         llvm.inline_asm {{.*}}"griddepcontrol.wait;", "~{memory}"
// CHECK-NEXT:    nvvm.griddepcontrol launch_dependents
gpu.module @waits {
  gpu.func @waits(%m: memref<f32>, %out: memref<f32>) kernel {
    %x = memref.load %m[] : memref<f32>
    nvvm.griddepcontrol wait
    nvvm.griddepcontrol launch_dependents
    memref.store %x, %out[] : memref<f32>
    gpu.return
  }
}

// Columns of 16-bit tiles are stored in pairs.
// CHECK-LABEL: gpu.func @rows_of_halves
// CHECK:         scf.if
// CHECK-COUNT-2:   vector.store %{{.*}} : memref<?x64xbf16>, vector<2xbf16>
// CHECK:         scf.if
// CHECK-COUNT-2:   vector.store %{{.*}} : memref<?x64xbf16>, vector<2xbf16>
gpu.module @rows_of_halves {
  gpu.func @rows_of_halves(%x: bf16, %out: memref<?x64xbf16>, %i: index, %limit: i32) kernel {
    %q = hopper.alloc {offset = 0} : !hopper.smem<64x16xbf16, swizzle = 32>
    %tile = hopper.ldmatrix %q : !hopper.smem<64x16xbf16, swizzle = 32> -> tensor<64x16xbf16, #hopper.fragment>
    hopper.store_rows %tile, %out[%i, %i] along 0 limit %limit : tensor<64x16xbf16, #hopper.fragment>, memref<?x64xbf16>
    gpu.return
  }
}

// Full barriers expect the producer, empty ones eight warps. The producer begins one phase ahead. Which parameter is a
// tensor map, counted after memrefs have become pointers and sizes, is noted.
// CHECK-LABEL: gpu.func @roles
// CHECK-SAME:    %[[MAP:[a-z0-9]*]]: !llvm.ptr, %[[ROW:[a-z0-9]*]]: i32) kernel attributes {hopper.tensor_maps = array<i32: 5>, nvvm.minctasm = 1 : i32}
// CHECK:         %[[PUT_STAGE:.*]] = llvm.alloca
// CHECK-NEXT:    llvm.store %c0_i32, %[[PUT_STAGE]]
// CHECK-NEXT:    %[[PUT_PHASE:.*]] = llvm.alloca
// CHECK-NEXT:    llvm.store %c1_i32, %[[PUT_PHASE]]
// CHECK-NEXT:    %[[GET_STAGE:.*]] = llvm.alloca
// CHECK-NEXT:    llvm.store %c0_i32, %[[GET_STAGE]]
// CHECK-NEXT:    %[[GET_PHASE:.*]] = llvm.alloca
// CHECK-NEXT:    llvm.store %c0_i32, %[[GET_PHASE]]
// CHECK:         %[[TID:.*]] = nvvm.read.ptx.sreg.tid.x
// CHECK-NEXT:    %[[IS_FIRST:.*]] = arith.cmpi eq, %[[TID]], %c0_i32
// CHECK-NEXT:    scf.if %[[IS_FIRST]] {
// CHECK-NEXT:      llvm.inline_asm {{.*}}"prefetch.tensormap [$0];", "l" %[[MAP]]
// CHECK-COUNT-2:   "mbarrier.init.shared::cta.b64 [$0], $1;", "r,r" %{{.*}}, %c1_i32
// CHECK-COUNT-2:   "mbarrier.init.shared::cta.b64 [$0], $1;", "r,r" %{{.*}}, %c8_i32
// CHECK:           nvvm.fence.mbarrier.init
// CHECK-NEXT:    }
// CHECK-NEXT:    nvvm.barrier0
// CHECK-NEXT:    %[[MINE:.*]] = arith.shrui %[[TID]], %c7_i32
// CHECK-NEXT:    %[[WARPGROUP:.*]] = nvvm.shfl.sync idx %c-1_i32, %[[MINE]], %c0_i32, %c31_i32
// CHECK-NEXT:    %[[IS_PRODUCER:.*]] = arith.cmpi eq, %[[WARPGROUP]], %c0_i32
// CHECK-NEXT:    scf.if %[[IS_PRODUCER]] {
// CHECK-NEXT:      nvvm.setmaxregister decrease 24
// CHECK-NEXT:      scf.if %[[IS_FIRST]] {
// CHECK-NEXT:        llvm.load %[[PUT_STAGE]]
// CHECK-NEXT:        %[[PHASE:.*]] = llvm.load %[[PUT_PHASE]]
// CHECK:             %[[FULL:.*]] = arith.addi
// CHECK-NEXT:        %[[EMPTY:.*]] = arith.addi %[[FULL]], %c16_i32
// CHECK-NEXT:        llvm.inline_asm {{.*}}mbarrier.try_wait.parity.shared::cta.b64 p, [$0], $1;{{.*}}"r,r" %[[EMPTY]], %[[PHASE]]
// CHECK-NEXT:        %[[FLIPPED:.*]] = arith.xori %[[PHASE]], %c1_i32
// CHECK:             llvm.store %{{.*}}, %[[PUT_STAGE]]
// CHECK-NEXT:        llvm.store %{{.*}}, %[[PUT_PHASE]]
// CHECK:             llvm.inline_asm {{.*}}"cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [$0], [$1, {$3, $4}], [$2];"{{.*}} %{{.*}}, %[[MAP]], %[[FULL]], %{{.*}}, %[[ROW]] :
// CHECK-NEXT:        llvm.inline_asm {{.*}}"mbarrier.arrive.expect_tx.shared::cta.b64 _, [$0], $1;", "r,r" %[[FULL]], %c8192_i32
// CHECK-NEXT:      }
// CHECK-NEXT:    } else {
// CHECK-NEXT:      nvvm.setmaxregister increase 240
// CHECK-NEXT:      %[[INDEX:.*]] = arith.addi %[[WARPGROUP]], %c-1_i32
// CHECK:           %[[PHASE:.*]] = llvm.load %[[GET_PHASE]]
// CHECK:           %[[FULL:.*]] = arith.addi
// CHECK-NEXT:      llvm.inline_asm {{.*}}mbarrier.try_wait.parity.shared::cta.b64 p, [$0], $1;{{.*}}"r,r" %[[FULL]], %[[PHASE]]
// CHECK:           %[[EMPTY:.*]] = arith.addi %[[FULL]], %c16_i32
// CHECK-NEXT:      %[[LANE:.*]] = arith.andi %[[TID]], %c31_i32
// CHECK-NEXT:      llvm.inline_asm {{.*}}setp.eq.s32 p, $1, 0;\0A@p mbarrier.arrive.shared::cta.b64 _, [$0];{{.*}} %[[EMPTY]], %[[LANE]]
// CHECK-NEXT:      memref.store %[[INDEX]]
gpu.module @roles {
  gpu.func @roles(%out: memref<?xi32>, %map: !map, %row: i32) kernel {
    %c0 = arith.constant 0 : index
    %ring = hopper.ring {offset = 0, barriers = 16384} : !ring
    hopper.warp_specialize producer registers 24 {
      %put = hopper.put_enter %ring : !ring
      hopper.tma_load %map[%row, %row], %put : !map, !stage
      hopper.put_exit %put, %ring : !ring
    } consumers 2 registers 240 (%index) {
      %get = hopper.get_enter %ring : !ring
      hopper.get_exit %get, %ring : !ring
      memref.store %index, %out[%c0] : memref<?xi32>
    }
    gpu.return
  }
}

// Of rings that consumers have for themselves, four warps arrive; each consumer counts its own.
// CHECK-LABEL: gpu.func @rings_of_consumers
// CHECK:         mbarrier.init{{.*}} %{{.*}}, %c1_i32
// CHECK:         mbarrier.init{{.*}} %{{.*}}, %c4_i32
// CHECK:         nvvm.setmaxregister increase
// CHECK-NEXT:    %[[INDEX:.*]] = arith.addi
// CHECK:         %[[SECOND:.*]] = arith.cmpi eq, %[[INDEX]], %c1_i32
// CHECK-NEXT:    %[[BARRIERS:.*]] = arith.select %[[SECOND]], %{{.*}}, %{{.*}} : i32
// CHECK:         %[[FULL:.*]] = arith.addi %[[BARRIERS]], %{{.*}}
// CHECK-NEXT:    llvm.inline_asm {{.*}}mbarrier.try_wait.parity{{.*}} %[[FULL]], %{{.*}}
gpu.module @rings_of_consumers {
  gpu.func @rings_of_consumers() kernel {
    %ring0 = hopper.ring {offset = 0, barriers = 32768} : !ring
    %ring1 = hopper.ring {offset = 16384, barriers = 32800} : !ring
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 240 (%index) {
      %mine = hopper.select_ring %ring0, %ring1 : !ring
      %get = hopper.get_enter %mine : !ring
      hopper.get_exit %get, %mine : !ring
    }
    gpu.return
  }
}

// Of a ring with turns, four warps arrive, too. A skip moves the stage on, and the phase as often as it wraps.
// CHECK-LABEL: gpu.func @ring_in_turns
// CHECK:         %[[STAGE:.*]] = llvm.alloca
// CHECK:         %[[PHASE:.*]] = llvm.alloca
// CHECK:         %[[GET_STAGE:.*]] = llvm.alloca
// CHECK:         %[[GET_PHASE:.*]] = llvm.alloca
// CHECK:         mbarrier.init{{.*}} %{{.*}}, %c1_i32
// CHECK:         mbarrier.init{{.*}} %{{.*}}, %c4_i32
// CHECK:         nvvm.setmaxregister increase
// CHECK:         %[[AT:.*]] = llvm.load %[[GET_STAGE]]
// CHECK-NEXT:    %[[END:.*]] = arith.addi %[[AT]], %{{.*}}
// CHECK-NEXT:    %[[NEXT:.*]] = arith.remui %[[END]], %c2_i32
// CHECK-NEXT:    llvm.store %[[NEXT]], %[[GET_STAGE]]
// CHECK-NEXT:    %[[WRAPS:.*]] = arith.divui %[[END]], %c2_i32
// CHECK:         %[[ODD:.*]] = arith.andi %[[WRAPS]], %c1_i32
// CHECK:         %[[AFTER:.*]] = arith.xori %{{.*}}, %[[ODD]]
// CHECK-NEXT:    llvm.store %[[AFTER]], %[[GET_PHASE]]
// CHECK-NEXT:    llvm.load %[[GET_STAGE]]
gpu.module @ring_in_turns {
  gpu.func @ring_in_turns(%count: i32) kernel {
    %ring = hopper.ring turns {offset = 0, barriers = 32768} : !ring
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 240 (%index) {
      hopper.skip %count of %ring : !ring
      %get = hopper.get_enter %ring : !ring
      hopper.get_exit %get, %ring : !ring
    }
    gpu.return
  }
}

// Each consumer has its own.
// CHECK-LABEL: gpu.func @tile_of_a_consumer
// CHECK:         %[[FIRST:.*]] = arith.addi %{{.*}}, %c1024_i32
// CHECK:         %[[OFFSET:.*]] = arith.muli %{{.*}}, %c8192_i32
// CHECK-NEXT:    %[[MINE:.*]] = arith.addi %[[FIRST]], %[[OFFSET]]
// CHECK:         cp.async.bulk.tensor{{.*}}, %[[MINE]],
gpu.module @tile_of_a_consumer {
  gpu.func @tile_of_a_consumer(%map: !map, %row: i32) kernel {
    hopper.warp_specialize producer registers 24 {
    } consumers 2 registers 240 (%index) {
      %tile = hopper.alloc {offset = 1024} : !stage
      hopper.tma_store %tile, %map[%row, %row] : !stage, !map
    }
    gpu.return
  }
}

// Operands in registers: k steps of 16 take four registers each, and descriptors advance by 32 bytes inside of a
// swizzled line. The first step without an accumulator ignores what is in the registers. All registers of a tile go
// through the wait.
// CHECK-LABEL: gpu.func @product_of_registers
// CHECK:         llvm.inline_asm has_side_effects "wgmma.fence.sync.aligned;", "=r,=r,=r,=r,=r,=r,=r,=r,0,1,2,3,4,5,6,7"
// CHECK:         %[[P:.*]] = llvm.inline_asm has_side_effects "{{.*}}add.s32 low, $12, 0; mov.b64 b, {low,
// CHECK-SAME:      setp.ne.b32 p, 0, 0;\0Awgmma.mma_async.sync.aligned.m64n8k16.f32.bf16.bf16 {$0, $1, $2, $3}, {$4, $5, $6, $7}, b, p, 1, 1, 0;
// CHECK-SAME:      add.s32 low, $12, 2;
// CHECK-SAME:      setp.ne.b32 p, 1, 0;\0Awgmma.mma_async.sync.aligned.m64n8k16.f32.bf16.bf16 {$0, $1, $2, $3}, {$8, $9, $10, $11}, b, p, 1, 1, 0;
// CHECK-SAME:      "=f,=f,=f,=f,r,r,r,r,r,r,r,r,r"
// CHECK:         nvvm.wgmma.commit.group.sync.aligned
// CHECK-NEXT:    llvm.inline_asm has_side_effects "wgmma.wait_group.sync.aligned 0;", "=f,=f,=f,=f,0,1,2,3"
gpu.module @product_of_registers {
  gpu.func @product_of_registers() kernel {
    %b = hopper.alloc {offset = 0} : !hopper.smem<8x32xbf16, swizzle = 64>
    %q = hopper.alloc {offset = 1024} : !hopper.smem<64x32xbf16, swizzle = 64>
    %a = hopper.ldmatrix %q : !hopper.smem<64x32xbf16, swizzle = 64> -> tensor<64x32xbf16, #hopper.fragment>
    %f = hopper.wgmma_fence %a : tensor<64x32xbf16, #hopper.fragment>
    %p = hopper.wgmma %f, %b transpose_b : tensor<64x32xbf16, #hopper.fragment>, !hopper.smem<8x32xbf16, swizzle = 64>
        -> !hopper.pending<tensor<64x8xf32, #hopper.fragment>>
    %c = hopper.commit %p : !hopper.pending<tensor<64x8xf32, #hopper.fragment>>
    %t = hopper.wait 0, %c : !hopper.pending<tensor<64x8xf32, #hopper.fragment>>
    gpu.return
  }
}

// Both operands in shared memory, B not transposed, halves, added to an accumulator.
// CHECK-LABEL: gpu.func @product_of_stages
// CHECK:         "wgmma.fence.sync.aligned;", "=f,=f,=f,=f,0,1,2,3"
// CHECK:         setp.ne.b32 p, 1, 0;\0Awgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {$0, $1, $2, $3}, a, b, p, 1, 1, 0, 1;{{.*}}"=f,=f,=f,=f,r,r,0,1,2,3"
gpu.module @product_of_stages {
  gpu.func @product_of_stages(%x: f32) kernel {
    %b = hopper.alloc {offset = 0} : !hopper.smem<16x8xf16, swizzle = 16>
    %a = hopper.alloc {offset = 1024} : !hopper.smem<64x16xf16, swizzle = 32>
    %t = tensor.splat %x : tensor<64x8xf32, #hopper.fragment>
    %f = hopper.wgmma_fence %t : tensor<64x8xf32, #hopper.fragment>
    %p = hopper.wgmma %a, %b, %f : !hopper.smem<64x16xf16, swizzle = 32>, !hopper.smem<16x8xf16, swizzle = 16>
        -> !hopper.pending<tensor<64x8xf32, #hopper.fragment>>
    gpu.return
  }
}

// A product onto one in flight has its registers, which nothing else touches: the wait for older groups has none.
// CHECK-LABEL: gpu.func @sum_in_flight
// CHECK:         scf.for {{.*}} iter_args(%[[A:.*]] = %{{.*}}, %[[B:.*]] = %{{.*}}, %[[C:.*]] = %{{.*}}, %[[D:.*]] = %{{.*}}) -> (f32, f32, f32, f32)
// CHECK:           setp.ne.b32 p, 1, 0;{{.*}}"=f,=f,=f,=f,r,r,0,1,2,3" %{{.*}}, %{{.*}}, %[[A]], %[[B]], %[[C]], %[[D]] :
// CHECK:           nvvm.wgmma.commit.group.sync.aligned
// CHECK-NEXT:      llvm.inline_asm has_side_effects "wgmma.wait_group.sync.aligned 1;", "" :
// CHECK-NEXT:      scf.yield
gpu.module @sum_in_flight {
  gpu.func @sum_in_flight(%n: i32) kernel {
    %c1 = arith.constant 1 : i32
    %b = hopper.alloc {offset = 0} : !hopper.smem<16x8xf16, swizzle = 16>
    %a = hopper.alloc {offset = 1024} : !hopper.smem<64x16xf16, swizzle = 32>
    %p = hopper.wgmma %a, %b : !hopper.smem<64x16xf16, swizzle = 32>, !hopper.smem<16x8xf16, swizzle = 16>
        -> !hopper.pending<tensor<64x8xf32, #hopper.fragment>>
    %c = hopper.commit %p : !hopper.pending<tensor<64x8xf32, #hopper.fragment>>
    %l = scf.for %i = %c1 to %n step %c1 iter_args(%before = %c) -> (!hopper.pending<tensor<64x8xf32, #hopper.fragment>>) : i32 {
      %q = hopper.wgmma %a, %b onto %before : !hopper.smem<64x16xf16, swizzle = 32>, !hopper.smem<16x8xf16, swizzle = 16>
          -> !hopper.pending<tensor<64x8xf32, #hopper.fragment>>
      %d = hopper.commit %q : !hopper.pending<tensor<64x8xf32, #hopper.fragment>>
      hopper.wait_older 1
      scf.yield %d : !hopper.pending<tensor<64x8xf32, #hopper.fragment>>
    }
    %t = hopper.wait 0, %l : !hopper.pending<tensor<64x8xf32, #hopper.fragment>>
    gpu.return
  }
}

// Registers of one block of eight columns: two values of a lane, the same in both of its rows. Columns beyond the
// buffer have its last value.
// CHECK-LABEL: gpu.func @columns
// CHECK-SAME:    %[[BIAS:[a-z0-9]*]]: memref<?xbf16>, %[[COL:[a-z0-9]*]]: i32
// CHECK:         %[[SIZE:.*]] = memref.dim %[[BIAS]]
// CHECK:         %[[LAST:.*]] = arith.addi %{{.*}}, %c-1_i32
// CHECK:         %[[FIRST:.*]] = arith.addi %[[COL]], %{{.*}} : i32
// CHECK:         %[[AT:.*]] = arith.minsi %{{.*}}, %[[LAST]]
// CHECK:         %[[INDEX:.*]] = arith.index_cast %[[AT]]
// CHECK:         %[[EVEN:.*]] = memref.load %[[BIAS]][%[[INDEX]]]
// CHECK-NEXT:    arith.extf %[[EVEN]] : bf16 to f32
// CHECK:         memref.load
// CHECK-NEXT:    arith.extf
// CHECK-NOT:     memref.load
// CHECK:         gpu.return
gpu.module @columns {
  gpu.func @columns(%bias: memref<?xbf16>, %col: i32, %out: memref<?xf32>, %i: index, %n: i32) kernel {
    %tile = hopper.load_columns %bias[%col] : memref<?xbf16> -> tensor<64x8xf32, #hopper.fragment>
    %sum = hopper.reduce_rows add %tile : tensor<64x8xf32, #hopper.fragment> -> tensor<64xf32, #hopper.rows<partial>>
    %all = hopper.combine_rows add %sum : tensor<64xf32, #hopper.rows<partial>> -> tensor<64xf32, #hopper.rows>
    hopper.store_rows %all, %out[%i] along 0 limit %n : tensor<64xf32, #hopper.rows>, memref<?xf32>
    gpu.return
  }
}

// Columns of a fragment are registers of both blocks of its rows.
// CHECK-LABEL: gpu.func @some_columns
// CHECK-NOT:     tensor.extract_slice
// CHECK:         gpu.return
gpu.module @some_columns {
  gpu.func @some_columns(%out: memref<?xf32>, %i: index, %n: i32) kernel {
    %tile = arith.constant dense<1.0> : tensor<128x64xf32, #hopper.fragment>
    %some = tensor.extract_slice %tile[0, 8] [128, 16] [1, 1]
        : tensor<128x64xf32, #hopper.fragment> to tensor<128x16xf32, #hopper.fragment>
    %sum = hopper.reduce_rows add %some
        : tensor<128x16xf32, #hopper.fragment> -> tensor<128xf32, #hopper.rows<partial>>
    %all = hopper.combine_rows add %sum : tensor<128xf32, #hopper.rows<partial>> -> tensor<128xf32, #hopper.rows>
    hopper.store_rows %all, %out[%i] along 0 limit %n : tensor<128xf32, #hopper.rows>, memref<?xf32>
    gpu.return
  }
}

// Addresses of rows of a tile that stays in its place would be loop invariants, one for each shift: they come from values
// that LLVM does not know to be the same.
// CHECK-LABEL: gpu.func @shifted_rows_of_a_shared_tile
// CHECK:         %[[INDEX:.*]] = llvm.inline_asm has_side_effects {{.*}}"mov.u32 $0, %tid.x;", "=r"
// CHECK:         %[[ROW:.*]] = llvm.inline_asm has_side_effects {{.*}}"add.s32 $0, $1, 3;", "=r,r" %arg0
// CHECK:         arith.andi %[[INDEX]]
// CHECK:         arith.addi %{{.*}}, %[[ROW]]
// CHECK:         ldmatrix
gpu.module @shifted_rows_of_a_shared_tile {
  gpu.func @shifted_rows_of_a_shared_tile(%first: i32) kernel {
    %tile = hopper.alloc {offset = 0 : i64} : !hopper.smem<128x64xbf16, swizzle = 128>
    %c3 = arith.constant 3 : i32
    %row = arith.addi %first, %c3 : i32
    %a = hopper.ldmatrix %tile[%row] : !hopper.smem<128x64xbf16, swizzle = 128> -> tensor<64x64xbf16, #hopper.fragment>
    gpu.return
  }
}
