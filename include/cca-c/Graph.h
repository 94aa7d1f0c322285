/*===- Graph.h - Launches that are recorded and made again --------*- C -*-===*\
|*                                                                            *|
|* A call of a compiled function launches one kernel after another. For one   *|
|* with the same arguments as before, addresses included, the driver needs    *|
|* to be asked only once: it launches a graph of them in a fraction of the    *|
|* time.                                                                      *|
|*                                                                            *|
|*   cca_graph_begin(&recorder);                                              *|
|*   status = cca_function_call(function, arguments, recorder);               *|
|*   cca_graph_end(recorder, status ? NULL : &graph);                         *|
|*   ...                                                                      *|
|*   cca_graph_launch(graph, stream);                                         *|
|*                                                                            *|
|* Functions return a cca_status; cca_last_error() says more. A context is    *|
|* current, as for a call. A graph is its caller's: it keeps no memory that   *|
|* kernels use, and only one thread at a time may launch it.                  *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef CCA_C_GRAPH_H
#define CCA_C_GRAPH_H

#include "cca-c/Runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Makes a stream on which launches are recorded and not made. Other streams,
 * in this thread or others, go on as before, also those that are captured. */
CCA_RUNTIME_API int32_t cca_graph_begin(void **recorder);

/** Destroys that stream, and makes a graph of what was recorded; null if that
 * fails. A null `graph` is none: what was recorded is dropped. */
CCA_RUNTIME_API int32_t cca_graph_end(void *recorder, void **graph);

/** Queues the recorded launches on a stream, after all work of it and after
 * earlier launches of the graph. Returns CCA_ERROR_INVALID_ARGUMENT, and queues
 * nothing, if the stream is captured: captures are to have kernels themselves,
 * which a call of the function gives them. */
CCA_RUNTIME_API int32_t cca_graph_launch(void *graph, void *stream);

/** Destroys a graph. Launches that run go on. Needs no current context. */
CCA_RUNTIME_API int32_t cca_graph_destroy(void *graph);

#ifdef __cplusplus
}
#endif

#endif /* CCA_C_GRAPH_H */
