/*
 * What a kernel in C or C++ gets for one block of audio: one descriptor for each bus, the main bus first. A
 * descriptor has the layout of CLAP's clap_audio_buffer on wasm32. The storage's inputsAddress is the address of
 * the first input descriptor, its outputsAddress that of the first output descriptor.
 *
 * The kernel can rely on this:
 *   - Each of the first `channel_count` pointers of a bus leads to as many samples as the block has frames.
 *   - An input channel that the host does not deliver has zeros in its own samples, and its bit in
 *     `constant_mask` is set (the storage's option missingInputs can change that). No two channels share
 *     samples, except through pointers that the caller pushed.
 *   - Pointers from `channel_count` up to the number of declared channels lead to valid memory: to the channel's
 *     own samples, if the storage holds them and nothing else was pushed there since the last begin or collect.
 *   - Output samples start as zeros, unless the storage's option clearOutputs is false.
 *
 * The configuration can declare other layouts for a bus. Contiguous: the first sample of channel c lies c * frames
 * samples after that of channel 0. Interleaved: a pointer leads to the channel's first sample, and its next sample
 * lies as many samples further on as the bus has declared channels. Samples may be scaled. A bus of 16-bit samples
 * has neither data32 nor data64: the kernel finds the samples by the address of the whole run, or in the flat table.
 *
 * The kernel may write the samples of its outputs, and the `constant_mask` of its output buses. It must not write
 * anything else: no other field of a descriptor, no pointer, and no sample of an input.
 *
 *   void process(const process_buffers_bus *inputs, process_buffers_bus *outputs, uint32_t frames) {
 *     for (uint32_t c = 0; c < outputs[0].channel_count; c++)
 *       for (uint32_t k = 0; k < frames; k++)
 *         outputs[0].data32[c][k] = 0.5f * inputs[0].data32[c][k];
 *   }
 */

#ifndef PROCESS_BUFFERS_H
#define PROCESS_BUFFERS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Most channels in one bus. */
#define PROCESS_BUFFERS_MAX_CHANNELS 32
/* Most buses in one direction: a main one and fifteen auxiliary ones. */
#define PROCESS_BUFFERS_MAX_BUSES 16

typedef struct process_buffers_bus {
  /* One pointer for each channel; null if the samples are no floats. */
  float **data32;
  /* One pointer for each channel; null if the samples are no doubles. */
  double **data64;
  /* Channels in this block. */
  uint32_t channel_count;
  /* Frames of latency from or to the host; always 0 here. */
  uint32_t latency;
  /* Bit c is set if channel c holds one value throughout the block. It is a hint: all samples of the
     channel are there as well. Bits from channel_count on have no meaning. */
  uint64_t constant_mask;
} process_buffers_bus;

/* Most parameters of one processor. */
#define PROCESS_BUFFERS_MAX_PARAMETERS 256

/* One parameter in this block, in the layout of Emscripten's AudioParamFrame. The storage's parametersAddress is the address
   of the first one; they are in declared order. `data` of an "a-rate" parameter always has one value for each frame, `data` of
   a "k-rate" parameter has one value. `length` is 1 if all values are the same, else the block's frames. So a kernel may read
   data[frame] of an a-rate parameter, data[0] of any, and data[length > 1 ? frame : 0] of any. */
typedef struct process_buffers_parameter {
  uint32_t length;
  float *data;
} process_buffers_parameter;

/* The same in doubles, if the storage's sample format is "f64". */
typedef struct process_buffers_parameter64 {
  uint32_t length;
  double *data;
} process_buffers_parameter64;

/* One event of this block. An EventQueue's address is that of the first one; they are in order of time. */
typedef struct process_buffers_event {
  /* When it takes effect, in frames from the block's start. */
  uint32_t frame;
  /* The kind of the event, and its values. Host and kernel agree on what they mean. */
  uint32_t type;
  uint32_t a;
  float b;
} process_buffers_event;

/* 1 if `channel` of the bus is marked as holding one value throughout the block, else 0. */
static inline int process_buffers_is_constant(const process_buffers_bus *bus, uint32_t channel) {
  return (int)((bus->constant_mask >> channel) & 1);
}

/* Marks `channel` of an output bus: the kernel has filled it with one value throughout the block. */
static inline void process_buffers_mark_constant(process_buffers_bus *bus, uint32_t channel) {
  bus->constant_mask |= (uint64_t)1 << channel;
}

/* A compiler that lays the structures out in another way stops here. Only on wasm32: on other targets pointers have
   another size, and the descriptor has the layout that clap_audio_buffer has there. */
#ifdef __wasm32__
#ifdef __cplusplus
#define PROCESS_BUFFERS_ASSERT(holds) static_assert(holds, #holds)
#define PROCESS_BUFFERS_ALIGNMENT alignof(process_buffers_bus)
#else
#define PROCESS_BUFFERS_ASSERT(holds) _Static_assert(holds, #holds)
#define PROCESS_BUFFERS_ALIGNMENT _Alignof(process_buffers_bus)
#endif
PROCESS_BUFFERS_ASSERT(offsetof(process_buffers_bus, data32) == 0);
PROCESS_BUFFERS_ASSERT(offsetof(process_buffers_bus, data64) == 4);
PROCESS_BUFFERS_ASSERT(offsetof(process_buffers_bus, channel_count) == 8);
PROCESS_BUFFERS_ASSERT(offsetof(process_buffers_bus, latency) == 12);
PROCESS_BUFFERS_ASSERT(offsetof(process_buffers_bus, constant_mask) == 16);
PROCESS_BUFFERS_ASSERT(sizeof(process_buffers_bus) == 24);
PROCESS_BUFFERS_ASSERT(PROCESS_BUFFERS_ALIGNMENT == 8);
PROCESS_BUFFERS_ASSERT(offsetof(process_buffers_parameter, length) == 0);
PROCESS_BUFFERS_ASSERT(offsetof(process_buffers_parameter, data) == 4);
PROCESS_BUFFERS_ASSERT(sizeof(process_buffers_parameter) == 8);
PROCESS_BUFFERS_ASSERT(offsetof(process_buffers_parameter64, length) == 0);
PROCESS_BUFFERS_ASSERT(offsetof(process_buffers_parameter64, data) == 4);
PROCESS_BUFFERS_ASSERT(sizeof(process_buffers_parameter64) == 8);
PROCESS_BUFFERS_ASSERT(offsetof(process_buffers_event, frame) == 0);
PROCESS_BUFFERS_ASSERT(offsetof(process_buffers_event, type) == 4);
PROCESS_BUFFERS_ASSERT(offsetof(process_buffers_event, a) == 8);
PROCESS_BUFFERS_ASSERT(offsetof(process_buffers_event, b) == 12);
PROCESS_BUFFERS_ASSERT(sizeof(process_buffers_event) == 16);
#undef PROCESS_BUFFERS_ALIGNMENT
#undef PROCESS_BUFFERS_ASSERT
#endif

#ifdef __cplusplus
}
#endif

#endif
