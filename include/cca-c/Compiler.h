/*===- Compiler.h - Compile modules and call their functions ------*- C -*-===*\
|*                                                                            *|
|* The compiler as a library, libcca: MLIR text in memory becomes a program,  *|
|* whose functions launch kernels. libcca has all of libcca_runtime in it     *|
|* (cca-c/Runtime.h, Device.h, Graph.h); a process needs only one of them.    *|
|*                                                                            *|
|*   cca_program *program;                                                    *|
|*   if (cca_program_compile(text, length, NULL, &program))                   *|
|*     fail(cca_last_error());                                                *|
|*   const cca_function *f = cca_program_find_function(program, "attention"); *|
|*   cca_function_call(f, arguments, stream);                                 *|
|*                                                                            *|
|* All functions may be called from several threads at once, but a program    *|
|* is destroyed by one, when no other uses it. Null pointers, and text that   *|
|* is no module, are errors like others. Only what `arguments` point to       *|
|* cannot be checked.                                                         *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef CCA_C_COMPILER_H
#define CCA_C_COMPILER_H

#include "cca-c/Runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

/*===----------------------------------------------------------------------===*\
|* Programs                                                                   *|
\*===----------------------------------------------------------------------===*/

/** Compiled kernels and the functions that launch them. */
typedef struct cca_program cca_program;

typedef struct cca_compile_options {
  /** The GPU to compile for; null for the default, "sm_90a". */
  const char *chip;
  /** Not 0: remarks say which schedule each kernel has. */
  int32_t report_schedules;
  /** Not 0: a prologue is one kernel, instead of projections and then
   * convolutions. */
  int32_t fuse_prologue;
} cca_compile_options;

/** Compiles a module, as `cca-compile` does: MLIR text of `length` bytes, which
 * needs no NUL at its end, in the dialects cca, hopper, gpu, arith, cf, func,
 * index, linalg, math, memref, scf and tensor. `options` may be null. Returns
 * CCA_ERROR_COMPILE if it does not compile; cca_last_error() has the
 * diagnostics then, each with line and column. */
CCA_RUNTIME_API int32_t cca_program_compile(const char *text, size_t length,
                                            const cca_compile_options *options,
                                            cca_program **program);

/** Frees a program; null is one already. Its kernels stay with the driver, and
 * launches that run go on. */
CCA_RUNTIME_API void cca_program_destroy(cca_program *program);

/** Warnings and remarks of the compilation; empty if there were none. */
CCA_RUNTIME_API const char *cca_program_messages(const cca_program *program);

/** The PTX of all kernels, which ends in NUL. Its length, if not null, is
 * without that. */
CCA_RUNTIME_API const char *cca_program_ptx(const cca_program *program,
                                            size_t *length);

/** The program as bytes, which live as long as it does. They hold machine code
 * of the host and depend on the version of libcca. */
CCA_RUNTIME_API const void *cca_program_bytes(const cca_program *program,
                                              size_t *length);

/** The program that these bytes came from. Returns CCA_ERROR_INVALID_ARGUMENT
 * if they were changed or are another version's. Their origin must be trusted:
 * they are executed. */
CCA_RUNTIME_API int32_t cca_program_load(const void *bytes, size_t length,
                                         cca_program **program);

/*===----------------------------------------------------------------------===*\
|* Functions                                                                  *|
\*===----------------------------------------------------------------------===*/

/** A public function of a program; lives as long as that. */
typedef struct cca_function cca_function;

/** What a function does with a parameter. */
enum cca_role {
  /** An operand, which is read. In a module on buffers, any argument. */
  CCA_ROLE_OPERAND = 0,
  /** A result, written to the caller's memory. */
  CCA_ROLE_RESULT = 1,
  /** Memory for what is between kernels, a memref of bytes that begins at a
   * multiple of 256: any that no other call uses at the same time. */
  CCA_ROLE_WORKSPACE = 2,
  /** Weights as kernels read them: a result of the function `<name>_pack`,
   * which packs weights once for any number of calls. */
  CCA_ROLE_PACKED = 3
};

typedef struct cca_parameter {
  /** As in the source, without the '%'; empty if it has none there. */
  const char *name;
  /** Of an element, or of a scalar, as MLIR spells it: "bf16", "f32", "i64". */
  const char *type;
  /** One of cca_role. */
  int32_t role;
  /** Number of dimensions; -1 is a scalar. */
  int32_t rank;
  /** Outermost first; CCA_ANY where the caller chooses. */
  const int64_t *sizes;
  /** Of CCA_ROLE_PACKED: which result of that function, from 0. */
  int64_t packed;
} cca_parameter;

/** The number of functions; they are counted from 0, in the order of the
 * module. */
CCA_RUNTIME_API size_t cca_program_function_count(const cca_program *program);
/** Null if there are not so many. */
CCA_RUNTIME_API const cca_function *
cca_program_function(const cca_program *program, size_t index);
/** Null, with the error kept, if there is none of that name. */
CCA_RUNTIME_API const cca_function *
cca_program_find_function(const cca_program *program, const char *name);

CCA_RUNTIME_API const char *cca_function_name(const cca_function *function);
/** The number of parameters, which come operands first, then packed weights,
 * then results, then a workspace if there is one. */
CCA_RUNTIME_API size_t
cca_function_parameter_count(const cca_function *function);
/** Null if there are not so many. */
CCA_RUNTIME_API const cca_parameter *
cca_function_parameter(const cca_function *function, size_t index);

/** How many bytes of workspace a call with these arguments needs; 0 for a
 * function without. Of `arguments`, as cca_function_call takes them, only sizes
 * of operands and results are read. */
CCA_RUNTIME_API int32_t cca_function_workspace_size(
    const cca_function *function, void *const *arguments, int64_t *bytes);

/** Calls a function, which queues its work on `stream` (a CUstream or
 * cudaStream_t of the context that is current in this thread) and returns.
 * `arguments` has one pointer for each parameter: to the descriptor of a memref
 * (allocated and aligned pointer, offset, sizes, strides: 8 bytes each, the
 * last three count elements), or to the value of a scalar. */
CCA_RUNTIME_API int32_t cca_function_call(const cca_function *function,
                                          void *const *arguments, void *stream);

#ifdef __cplusplus
}
#endif

#endif /* CCA_C_COMPILER_H */
