// RUN: cca-opt %s --convert-hopper-to-runtime --canonicalize --cse | FileCheck %s

// CHECK-NOT: gpu.container_module
module attributes {gpu.container_module} {

// The functions of cca-c/Runtime.h.
// CHECK-DAG: llvm.func @cca_get_multiprocessor_count(!llvm.ptr) -> i32
// CHECK-DAG: llvm.func @cca_encode_tensor_map(!llvm.ptr, !llvm.ptr) -> i32
// CHECK-DAG: llvm.func @cca_launch_kernel(!llvm.ptr, !llvm.ptr) -> i32

// A kernel and its module; PTX ends in NUL.
// CHECK:      llvm.mlir.global internal constant @kernels_attend_name("attend\00")
// CHECK:      llvm.mlir.global internal @kernels_attend_kernel() {{.*}} : !llvm.struct<(ptr, ptr, ptr)>
// CHECK-DAG:    %[[MODULE:.*]] = llvm.mlir.addressof @kernels_module
// CHECK-DAG:    %[[NAME:.*]] = llvm.mlir.addressof @kernels_attend_name
// CHECK-DAG:    %[[NULL:.*]] = llvm.mlir.zero
// CHECK:        %[[FIRST:.*]] = llvm.insertvalue %[[MODULE]], %{{.*}}[0]
// CHECK:        %[[SECOND:.*]] = llvm.insertvalue %[[NAME]], %[[FIRST]][1]
// CHECK:        %[[THIRD:.*]] = llvm.insertvalue %[[NULL]], %[[SECOND]][2]
// CHECK:        llvm.return %[[THIRD]]
// CHECK:      llvm.mlir.global internal constant @kernels_name("kernels\00")
// CHECK:      llvm.mlir.global internal @kernels_module()
// CHECK:        llvm.mlir.addressof @kernels_image
// CHECK:      llvm.mlir.global internal constant @kernels_image("// PTX\00") {{.*}}alignment = 16
// CHECK-NOT:  gpu.binary
gpu.binary @kernels [#gpu.object<#nvvm.target<chip = "sm_90a">, assembly = "// PTX">]

// A stream comes in, a status goes out.
// CHECK-LABEL: func.func private @attention(
// CHECK-SAME:    %[[KEYS:.*]]: memref<?x?x2x128xbf16, strided<[?, ?, ?, 1], offset: ?>>, %[[OUT:.*]]: memref<?xf32>, %[[SCALE:.*]]: f32, %[[STREAM:.*]]: !llvm.ptr) -> i32
func.func private @attention(%keys: memref<?x?x2x128xbf16, strided<[?, ?, ?, 1], offset: ?>>,
                             %out: memref<?xf32>, %scale: f32) {
  %c1 = arith.constant 1 : index
  %c384 = arith.constant 384 : index
  %smem = arith.constant 197728 : i32

  // CHECK-DAG:  %[[KERNEL:.*]] = llvm.mlir.addressof @kernels_attend_kernel
  // CHECK-DAG:  %[[ONE:.*]] = arith.constant 1 : i64
  // CHECK-DAG:  %[[TWO:.*]] = arith.constant 2 : i64
  // CHECK-DAG:  %[[THREE:.*]] = arith.constant 3 : i64
  // CHECK-DAG:  %[[C64:.*]] = arith.constant 64 : i64
  // CHECK-DAG:  %[[C128:.*]] = arith.constant 128 : i64
  // CHECK-DAG:  %[[ARRAY:.*]] = llvm.alloca %[[ONE]] x !llvm.array<8 x ptr>
  // CHECK-DAG:  %[[VALUES:.*]] = llvm.alloca %[[ONE]] x !llvm.struct<(f32, i32, ptr, ptr, i64, i64, i64)>
  // CHECK-DAG:  %[[LAUNCH:.*]] = llvm.alloca %[[ONE]] x !llvm.struct<(array<3 x i64>, array<3 x i64>, array<3 x i64>, i64, i64, ptr, ptr)>
  // CHECK-DAG:  %[[COUNT:.*]] = llvm.alloca %[[ONE]] x i64
  // CHECK-DAG:  %[[MAP:.*]] = llvm.alloca %[[ONE]] x !llvm.array<128 x i8> {alignment = 64 : i64}
  // CHECK-DAG:  %[[TENSOR:.*]] = llvm.alloca %[[ONE]] x !llvm.struct<(ptr, ptr, i64, i64, i64, array<5 x i64>, array<5 x i64>, array<5 x i64>, array<5 x i64>)>

  // The first call that fails ends the function.
  // CHECK:      %[[STATUS:.*]] = llvm.call @cca_get_multiprocessor_count(%[[COUNT]])
  // CHECK:      %[[FAILED:.*]] = arith.cmpi ne, %[[STATUS]], %{{.*}} : i32
  // CHECK:      cf.cond_br %[[FAILED]], ^[[EXIT:.*]](%[[STATUS]] : i32), ^[[REST:.*]]{{$}}
  // CHECK:    ^[[REST]]:
  // CHECK:      %[[SMS64:.*]] = llvm.load %[[COUNT]] : !llvm.ptr -> i64
  %sms = hopper.multiprocessor_count

  // Address and the dimensions (64, tokens, 2, heads, batch), innermost first.
  // CHECK:      %{{.*}}, %[[OFFSET:.*]], %[[SIZES:.*]]:4, %[[STRIDES:.*]]:4 = memref.extract_strided_metadata %[[KEYS]]
  // CHECK:      %[[BASE:.*]] = memref.extract_aligned_pointer_as_index %[[KEYS]]
  // CHECK:      %[[OFFSET64:.*]] = arith.index_cast %[[OFFSET]] : index to i64
  // CHECK:      %[[BYTES:.*]] = arith.muli %[[OFFSET64]], %[[TWO]]
  // CHECK:      %[[BASE64:.*]] = arith.index_cast %[[BASE]] : index to i64
  // CHECK:      %[[FIRST:.*]] = arith.addi %[[BASE64]], %[[BYTES]]
  // CHECK:      %[[ADDRESS:.*]] = llvm.inttoptr %[[FIRST]]
  // CHECK:      %[[AT:.*]] = llvm.getelementptr %[[TENSOR]][0, 1]
  // CHECK-NEXT: llvm.store %[[ADDRESS]], %[[AT]]
  // CHECK:      %[[AT:.*]] = llvm.getelementptr %[[TENSOR]][0, 5, 0]
  // CHECK-NEXT: llvm.store %[[C64]], %[[AT]]
  // CHECK-NEXT: %[[AT:.*]] = llvm.getelementptr %[[TENSOR]][0, 6, 0]
  // CHECK-NEXT: llvm.store %[[ONE]], %[[AT]]
  // CHECK-NEXT: %[[AT:.*]] = llvm.getelementptr %[[TENSOR]][0, 7, 0]
  // CHECK-NEXT: llvm.store %[[C64]], %[[AT]]
  // CHECK:      %[[TOKENS:.*]] = arith.index_cast %[[SIZES]]#1
  // CHECK-NEXT: %[[STEP:.*]] = arith.index_cast %[[STRIDES]]#1
  // CHECK-NEXT: %[[AT:.*]] = llvm.getelementptr %[[TENSOR]][0, 5, 1]
  // CHECK-NEXT: llvm.store %[[TOKENS]], %[[AT]]
  // CHECK-NEXT: %[[AT:.*]] = llvm.getelementptr %[[TENSOR]][0, 6, 1]
  // CHECK-NEXT: llvm.store %[[STEP]], %[[AT]]
  // CHECK-NEXT: %[[AT:.*]] = llvm.getelementptr %[[TENSOR]][0, 7, 1]
  // CHECK-NEXT: llvm.store %[[C128]], %[[AT]]
  // CHECK:      %[[AT:.*]] = llvm.getelementptr %[[TENSOR]][0, 5, 2]
  // CHECK-NEXT: llvm.store %[[TWO]], %[[AT]]
  // CHECK-NEXT: %[[AT:.*]] = llvm.getelementptr %[[TENSOR]][0, 6, 2]
  // CHECK-NEXT: llvm.store %[[C64]], %[[AT]]
  // CHECK-NEXT: %[[AT:.*]] = llvm.getelementptr %[[TENSOR]][0, 7, 2]
  // CHECK-NEXT: llvm.store %[[TWO]], %[[AT]]
  // CHECK-NEXT: %[[AT:.*]] = llvm.getelementptr %[[TENSOR]][0, 8, 2]
  // CHECK-NEXT: llvm.store %[[THREE]], %[[AT]]
  // CHECK:      %[[STATUS:.*]] = llvm.call @cca_encode_tensor_map(%[[MAP]], %[[TENSOR]])
  // CHECK:      cf.cond_br %{{.*}}, ^[[EXIT]](%[[STATUS]] : i32), ^
  %map = hopper.make_tensor_map %keys : memref<?x?x2x128xbf16, strided<[?, ?, ?, 1], offset: ?>>
      -> !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>
  %n = arith.index_cast %sms : index to i32

  // CHECK:      %[[OUTBASE:.*]] = memref.extract_aligned_pointer_as_index %[[OUT]]
  // CHECK:      %[[OUTPTR:.*]] = llvm.inttoptr
  // CHECK:      %[[AT:.*]] = llvm.getelementptr %[[LAUNCH]][0, 0, 0]
  // CHECK-NEXT: llvm.store %[[SMS64]], %[[AT]]

  // The map is there already; the other arguments go to the stack, the fields of a descriptor too.
  // CHECK:      %[[SLOT:.*]] = llvm.getelementptr %[[ARRAY]][0, 0]
  // CHECK-NEXT: llvm.store %[[MAP]], %[[SLOT]]
  // CHECK-NEXT: %[[AT:.*]] = llvm.getelementptr %[[VALUES]][0, 0]
  // CHECK-NEXT: llvm.store %[[SCALE]], %[[AT]]
  // CHECK-NEXT: %[[SLOT:.*]] = llvm.getelementptr %[[ARRAY]][0, 1]
  // CHECK-NEXT: llvm.store %[[AT]], %[[SLOT]]
  // CHECK:      llvm.getelementptr %[[VALUES]][0, 1]
  // CHECK:      %[[AT:.*]] = llvm.getelementptr %[[VALUES]][0, 2]
  // CHECK-NEXT: llvm.store %[[OUTPTR]], %[[AT]]
  // CHECK:      %[[AT:.*]] = llvm.getelementptr %[[VALUES]][0, 3]
  // CHECK-NEXT: llvm.store %[[OUTPTR]], %[[AT]]
  // CHECK:      llvm.getelementptr %[[VALUES]][0, 6]
  // CHECK:      %[[AT:.*]] = llvm.getelementptr %[[LAUNCH]][0, 5]
  // CHECK-NEXT: llvm.store %[[ARRAY]], %[[AT]]
  // CHECK:      %[[AT:.*]] = llvm.getelementptr %[[LAUNCH]][0, 6]
  // CHECK-NEXT: llvm.store %[[STREAM]], %[[AT]]
  // CHECK:      %[[STATUS:.*]] = llvm.call @cca_launch_kernel(%[[KERNEL]], %[[LAUNCH]])
  // CHECK:      cf.cond_br %{{.*}}, ^[[EXIT]](%[[STATUS]] : i32), ^
  gpu.launch_func @kernels::@attend blocks in (%sms, %c1, %c1) threads in (%c384, %c1, %c1)
      dynamic_shared_memory_size %smem
      args(%map : !hopper.tensor_map<1x128x1x128xbf16, swizzle = 128>, %scale : f32, %n : i32, %out : memref<?xf32>)
  // CHECK:      return %{{.*}} : i32
  // CHECK:    ^[[EXIT]](%[[STATUS:.*]]: i32):
  // CHECK:      return %[[STATUS]] : i32
  return
}

// CHECK-LABEL: func.func @count(%{{.*}}: !llvm.ptr) -> i32 attributes {llvm.emit_c_interface}
// CHECK-DAG:     %[[AT:.*]] = llvm.alloca %{{.*}} x i64
// CHECK-DAG:     %[[MESSAGE:.*]] = llvm.mlir.addressof @message
// CHECK:         llvm.call @cca_get_multiprocessor_count(%[[AT]])
// CHECK:         cf.cond_br
// CHECK:         %[[COUNT:.*]] = llvm.load %[[AT]] : !llvm.ptr -> i64
// CHECK:         %[[INDEX:.*]] = arith.index_cast %[[COUNT]] : i64 to index
// CHECK:         %[[ANY:.*]] = arith.cmpi sgt, %[[INDEX]], %{{.*}} : index
// CHECK:         cf.cond_br %[[ANY]], ^[[REST:.*]], ^[[FAILED:.*]]{{$}}
// CHECK:       ^[[REST]]:
// CHECK:         return
// CHECK:       ^[[FAILED]]:
// CHECK:         %[[STATUS:.*]] = llvm.call @cca_fail(%[[MESSAGE]])
// CHECK:         cf.br ^[[EXIT:.*]](%[[STATUS]] : i32)
// CHECK:       ^[[EXIT]](%[[STATUS:.*]]: i32):
// CHECK:         return %[[STATUS]] : i32
func.func @count() {
  %c0 = arith.constant 0 : index
  %sms = hopper.multiprocessor_count
  %any = arith.cmpi sgt, %sms, %c0 : index
  cf.assert %any, "a device has multiprocessors"
  return
}
}
