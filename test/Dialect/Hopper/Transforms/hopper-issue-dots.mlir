// RUN: cca-opt %s --pass-pipeline='builtin.module(gpu.module(gpu.func(hopper-issue-dots)))' | FileCheck %s

!stage = !hopper.smem<64x64xbf16, swizzle = 128>
!ring = !hopper.ring<2, !stage>
!half = tensor<64x64xbf16, #hopper.fragment>
!tile = tensor<64x64xf32, #hopper.fragment>

// The scores are waited for while the weighted values go on.
// CHECK-LABEL: gpu.func @step_of_attention
// CHECK-SAME:    %[[Q:[a-z0-9]*]]: tensor<64x64xbf16, #hopper.fragment>, %[[P0:[a-z0-9]*]]: tensor{{.*}}, %[[KEYS:[a-z0-9]*]]: !hopper.ring<2, <64x64xbf16, swizzle = 128>>, %[[VALUES:[a-z0-9]*]]: !
// CHECK:         scf.for {{.*}} iter_args(%[[SUM:.*]] = %{{.*}}, %[[P:.*]] = %[[P0]])
// CHECK-NEXT:      %[[K:.*]] = hopper.get_enter %[[KEYS]]
// CHECK-NEXT:      %[[S:.*]] = hopper.wgmma %[[Q]], %[[K]] transpose_b
// CHECK-NEXT:      %[[SC:.*]] = hopper.commit %[[S]]
// CHECK-NEXT:      %[[V:.*]] = hopper.get_enter %[[VALUES]]
// CHECK-NEXT:      %[[O:.*]] = hopper.wgmma %[[P]], %[[V]], %[[SUM]]
// CHECK-NEXT:      %[[OC:.*]] = hopper.commit %[[O]]
// CHECK-NEXT:      %[[SCORES:.*]] = hopper.wait 1, %[[SC]]
// CHECK-NEXT:      hopper.get_exit %[[K]], %[[KEYS]]
// CHECK-NEXT:      %[[E:.*]] = math.exp2 %[[SCORES]]
// CHECK-NEXT:      %[[NEXT:.*]] = hopper.wait 0, %[[OC]]
// CHECK-DAG:       hopper.get_exit %[[V]], %[[VALUES]]
// CHECK-DAG:       %[[H:.*]] = arith.truncf %[[E]]
// CHECK:           scf.yield %[[NEXT]], %[[H]]
gpu.module @step_of_attention {
  gpu.func @step_of_attention(%q: !half, %p0: !half, %keys: !ring, %values: !ring, %zero: !tile, %n: i32) kernel {
    %c1 = arith.constant 1 : i32
    %o:2 = scf.for %i = %c1 to %n step %c1 iter_args(%sum = %zero, %p = %p0) -> (!tile, !half) : i32 {
      %k = hopper.get_enter %keys : !ring
      %s = hopper.dot %q, %k transpose_b : !half, !stage -> !tile
      hopper.get_exit %k, %keys : !ring
      %v = hopper.get_enter %values : !ring
      %next = hopper.dot %p, %v, %sum : !half, !stage -> !tile
      hopper.get_exit %v, %values : !ring
      %e = math.exp2 %s : !tile
      %h = arith.truncf %e : !tile to !half
      scf.yield %next, %h : !tile, !half
    }
    gpu.return
  }
}

// Each product is needed by the next: nothing is in flight beside it.
// CHECK-LABEL: gpu.func @chain
// CHECK:         hopper.wgmma
// CHECK-NEXT:    %[[FIRST:.*]] = hopper.commit
// CHECK-NEXT:    %[[SUM:.*]] = hopper.wait 0, %[[FIRST]]
// CHECK-NEXT:    hopper.wgmma %{{.*}}, %{{.*}}, %[[SUM]]
// CHECK-NEXT:    %[[SECOND:.*]] = hopper.commit
// CHECK-NEXT:    hopper.wait 0, %[[SECOND]]
gpu.module @chain {
  gpu.func @chain(%q: !half, %k: !stage) kernel {
    %s = hopper.dot %q, %k transpose_b : !half, !stage -> !tile
    %t = hopper.dot %q, %k, %s transpose_b : !half, !stage -> !tile
    gpu.return
  }
}

// Groups complete in order: with three in flight, the first is waited for with two left.
// CHECK-LABEL: gpu.func @three_in_flight
// CHECK:         %[[A:.*]] = hopper.commit
// CHECK:         %[[B:.*]] = hopper.commit
// CHECK:         %[[C:.*]] = hopper.commit
// CHECK-NEXT:    %[[TA:.*]] = hopper.wait 2, %[[A]]
// CHECK-NEXT:    math.exp2 %[[TA]]
// CHECK-NEXT:    %[[TC:.*]] = hopper.wait 0, %[[C]]
// CHECK-NEXT:    math.exp2 %[[TC]]
// CHECK-NEXT:    %[[TB:.*]] = hopper.wait 1, %[[B]]
// CHECK-NEXT:    math.exp2 %[[TB]]
gpu.module @three_in_flight {
  gpu.func @three_in_flight(%q: !half, %k: !stage) kernel {
    %a = hopper.dot %q, %k transpose_b : !half, !stage -> !tile
    %b = hopper.dot %q, %k transpose_b : !half, !stage -> !tile
    %c = hopper.dot %q, %k transpose_b : !half, !stage -> !tile
    %ea = math.exp2 %a : !tile
    %ec = math.exp2 %c : !tile
    %eb = math.exp2 %b : !tile
    gpu.return
  }
}

// The first use may be inside of a branch: the wait is before it.
// CHECK-LABEL: gpu.func @used_in_a_branch
// CHECK:         %[[C:.*]] = hopper.commit
// CHECK-NEXT:    %[[X:.*]] = arith.addi
// CHECK-NEXT:    %[[T:.*]] = hopper.wait 0, %[[C]]
// CHECK-NEXT:    scf.if
// CHECK-NEXT:      math.exp2 %[[T]]
gpu.module @used_in_a_branch {
  gpu.func @used_in_a_branch(%q: !half, %k: !stage, %condition: i1, %i: i32) kernel {
    %s = hopper.dot %q, %k transpose_b : !half, !stage -> !tile
    %x = arith.addi %i, %i : i32
    scf.if %condition {
      %e = math.exp2 %s : !tile
    }
    gpu.return
  }
}

// Both operands in shared memory: both stages are left after the wait.
// CHECK-LABEL: gpu.func @first_operand_in_a_stage
// CHECK:         %[[A:.*]] = hopper.get_enter
// CHECK-NEXT:    %[[B:.*]] = hopper.get_enter
// CHECK-NEXT:    hopper.wgmma %[[A]], %[[B]] transpose_b
// CHECK-NEXT:    hopper.commit
// CHECK-NEXT:    hopper.wait 0
// CHECK-DAG:     hopper.get_exit %[[A]]
// CHECK-DAG:     hopper.get_exit %[[B]]
// CHECK:         math.exp2
gpu.module @first_operand_in_a_stage {
  gpu.func @first_operand_in_a_stage(%ra: !ring, %rb: !ring) kernel {
    %a = hopper.get_enter %ra : !ring
    %b = hopper.get_enter %rb : !ring
    %s = hopper.dot %a, %b transpose_b : !stage, !stage -> !tile
    hopper.get_exit %a, %ra : !ring
    hopper.get_exit %b, %rb : !ring
    %e = math.exp2 %s : !tile
    gpu.return
  }
}

// The stage of which a consumer reads its rows is left after the wait, too.
// CHECK-LABEL: gpu.func @rows_of_a_stage
// CHECK:         %[[A:.*]] = hopper.get_enter
// CHECK-NEXT:    %[[MINE:.*]] = hopper.slice_rows %[[A]]
// CHECK-NEXT:    %[[B:.*]] = hopper.get_enter
// CHECK-NEXT:    %[[P:.*]] = hopper.wgmma %[[MINE]], %[[B]]
// CHECK-NEXT:    %[[C:.*]] = hopper.commit %[[P]]
// CHECK-NEXT:    hopper.wait 0, %[[C]]
// CHECK-NEXT:    hopper.get_exit
// CHECK-NEXT:    hopper.get_exit
gpu.module @rows_of_a_stage {
  gpu.func @rows_of_a_stage(%tokens: !hopper.ring<2, <128x64xbf16, swizzle = 128>>, %weights: !ring, %row: i32) kernel {
    %a = hopper.get_enter %tokens : !hopper.ring<2, <128x64xbf16, swizzle = 128>>
    %mine = hopper.slice_rows %a[%row] : !hopper.smem<128x64xbf16, swizzle = 128>
        -> !hopper.smem<64x64xbf16, swizzle = 128, panel_rows = 128>
    %b = hopper.get_enter %weights : !ring
    %s = hopper.dot %mine, %b : !hopper.smem<64x64xbf16, swizzle = 128, panel_rows = 128>, !stage -> !tile
    hopper.get_exit %a, %tokens : !hopper.ring<2, <128x64xbf16, swizzle = 128>>
    hopper.get_exit %b, %weights : !ring
    gpu.return
  }
}

// Each product of a sum is issued while the one before is computed, whose stages are
// left after that.
// CHECK-LABEL: gpu.func @sum
// CHECK-SAME:    %[[RA:[a-z0-9]*]]: !hopper.ring{{.*}}, %[[RB:[a-z0-9]*]]: !hopper.ring
// CHECK:         %[[A0:.*]] = hopper.get_enter %[[RA]]
// CHECK-NEXT:    %[[B0:.*]] = hopper.get_enter %[[RB]]
// CHECK-NEXT:    %[[P0:.*]] = hopper.wgmma %[[A0]], %[[B0]] transpose_b
// CHECK-NEXT:    %[[C0:.*]] = hopper.commit %[[P0]]
// CHECK-NEXT:    %[[L:.*]]:3 = scf.for {{.*}} iter_args(%[[C:.*]] = %[[C0]], %[[A:.*]] = %[[A0]], %[[B:.*]] = %[[B0]])
// CHECK-NEXT:      %[[A1:.*]] = hopper.get_enter %[[RA]]
// CHECK-NEXT:      %[[B1:.*]] = hopper.get_enter %[[RB]]
// CHECK-NEXT:      %[[P1:.*]] = hopper.wgmma %[[A1]], %[[B1]] onto %[[C]] transpose_b
// CHECK-NEXT:      %[[C1:.*]] = hopper.commit %[[P1]]
// CHECK-NEXT:      hopper.wait_older 1
// CHECK-NEXT:      hopper.get_exit %[[A]], %[[RA]]
// CHECK-NEXT:      hopper.get_exit %[[B]], %[[RB]]
// CHECK-NEXT:      scf.yield %[[C1]], %[[A1]], %[[B1]]
// CHECK:         arith.addi
// CHECK-NEXT:    %[[T:.*]] = hopper.wait 0, %[[L]]#0
// CHECK-NEXT:    hopper.get_exit %[[L]]#1, %[[RA]]
// CHECK-NEXT:    hopper.get_exit %[[L]]#2, %[[RB]]
// CHECK-NEXT:    math.exp2 %[[T]]
gpu.module @sum {
  gpu.func @sum(%ra: !ring, %rb: !ring, %n: i32) kernel {
    %c1 = arith.constant 1 : i32
    %a = hopper.get_enter %ra : !ring
    %b = hopper.get_enter %rb : !ring
    %first = hopper.dot %a, %b transpose_b : !stage, !stage -> !tile
    hopper.get_exit %b, %rb : !ring
    hopper.get_exit %a, %ra : !ring
    %sum = scf.for %i = %c1 to %n step %c1 iter_args(%before = %first) -> (!tile) : i32 {
      %c = hopper.get_enter %ra : !ring
      %d = hopper.get_enter %rb : !ring
      %next = hopper.dot %c, %d, %before transpose_b : !stage, !stage -> !tile
      hopper.get_exit %d, %rb : !ring
      hopper.get_exit %c, %ra : !ring
      scf.yield %next : !tile
    }
    %x = arith.addi %n, %n : i32
    %e = math.exp2 %sum : !tile
    gpu.return
  }
}

// With one stage there is nowhere to load the next operand to.
// CHECK-LABEL: gpu.func @sum_through_one_stage
// CHECK:         scf.for
// CHECK:           hopper.wgmma
// CHECK-NEXT:      hopper.commit
// CHECK-NEXT:      hopper.wait 0
// CHECK-NOT:     hopper.wait_older
gpu.module @sum_through_one_stage {
  gpu.func @sum_through_one_stage(%ra: !hopper.ring<1, !stage>, %rb: !ring, %n: i32) kernel {
    %c1 = arith.constant 1 : i32
    %a = hopper.get_enter %ra : !hopper.ring<1, !stage>
    %b = hopper.get_enter %rb : !ring
    %first = hopper.dot %a, %b transpose_b : !stage, !stage -> !tile
    hopper.get_exit %b, %rb : !ring
    hopper.get_exit %a, %ra : !hopper.ring<1, !stage>
    %sum = scf.for %i = %c1 to %n step %c1 iter_args(%before = %first) -> (!tile) : i32 {
      %c = hopper.get_enter %ra : !hopper.ring<1, !stage>
      %d = hopper.get_enter %rb : !ring
      %next = hopper.dot %c, %d, %before transpose_b : !stage, !stage -> !tile
      hopper.get_exit %d, %rb : !ring
      hopper.get_exit %c, %ra : !hopper.ring<1, !stage>
      scf.yield %next : !tile
    }
    gpu.return
  }
}

// What reads the sum in between has to wait for it.
// CHECK-LABEL: gpu.func @sum_that_is_read
// CHECK:         scf.for
// CHECK:           hopper.wgmma
// CHECK-NEXT:      hopper.commit
// CHECK-NEXT:      hopper.wait 0
// CHECK-NOT:     hopper.wait_older
gpu.module @sum_that_is_read {
  gpu.func @sum_that_is_read(%ra: !ring, %rb: !ring, %n: i32) kernel {
    %c1 = arith.constant 1 : i32
    %a = hopper.get_enter %ra : !ring
    %b = hopper.get_enter %rb : !ring
    %first = hopper.dot %a, %b transpose_b : !stage, !stage -> !tile
    hopper.get_exit %b, %rb : !ring
    hopper.get_exit %a, %ra : !ring
    %sum = scf.for %i = %c1 to %n step %c1 iter_args(%before = %first) -> (!tile) : i32 {
      %c = hopper.get_enter %ra : !ring
      %d = hopper.get_enter %rb : !ring
      %next = hopper.dot %c, %d, %before transpose_b : !stage, !stage -> !tile
      hopper.get_exit %d, %rb : !ring
      hopper.get_exit %c, %ra : !ring
      %e = math.exp2 %next : !tile
      scf.yield %e : !tile
    }
    gpu.return
  }
}
