/*
 * What a kernel written in C or C++ is handed for one block of audio: one descriptor a bus, main bus
 * first, laid out as CLAP's clap_audio_buffer on wasm32. The storage's inputsAddress is the first
 * input descriptor, its outputsAddress the first output descriptor.
 *
 * What the kernel can rely on:
 *   - The first `channel_count` pointers of a bus lead to as many samples as the block has frames.
 *   - An input channel that nobody delivers is silence in its own samples, its bit in `constant_mask`
 *     set. No two channels share samples, but for pointers that the caller pushed itself.
 *   - Pointers past `channel_count`, up to the channels that were declared, lead to valid memory: to the
 *     channels' own samples, where they have any.
 *   - Output samples start as zeros, unless the storage was told otherwise.
 *
 * What a bus is may be declared otherwise: its channels may be one contiguous run (channel c at c * frames), or
 * interleaved, where a pointer leads to a channel's first sample, and the next one lies as many samples further on as
 * the bus has channels. Samples may be scaled. A bus of 16-bit samples has neither data32 nor data64: a kernel finds
 * them by the address of the run, or by the flat table.
 *
 * What the kernel may write: samples of its outputs, and their `constant_mask`. Nothing else: no
 * descriptor field, no pointer, and no sample of an input.
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
  /* One pointer a channel; null where the kernel works in doubles. */
  float **data32;
  /* One pointer a channel; null where the kernel works in floats. */
  double **data64;
  /* Channels in this block. */
  uint32_t channel_count;
  /* Frames of latency from or to the host; always 0 here. */
  uint32_t latency;
  /* Bit c is set where channel c holds one value throughout the block. A hint: all of its samples
     are there none the less. Bits from channel_count on mean nothing. */
  uint64_t constant_mask;
} process_buffers_bus;

/* Most parameters of one processor. */
#define PROCESS_BUFFERS_MAX_PARAMETERS 256

/* One parameter in this block: what Emscripten's AudioParamFrame is. The storage's parametersAddress is the first one, in
   declared order. `data` of an "a-rate" parameter always has as many values as the block has frames; that of a "k-rate" one
   has one value. `length` is 1 where they are all the same, else the block's frames. So each of these is right:
   data[frame] of an a-rate one, data[0], and data[length > 1 ? frame : 0]. */
typedef struct process_buffers_parameter {
  uint32_t length;
  float *data;
} process_buffers_parameter;

/* The same where the kernel works in doubles. */
typedef struct process_buffers_parameter64 {
  uint32_t length;
  double *data;
} process_buffers_parameter64;

/* One event of this block: an EventQueue's address is the first one, and they are in order of time. */
typedef struct process_buffers_event {
  /* Counted from the block's start. */
  uint32_t frame;
  /* What kind it is, and what belongs to it: for host and kernel to agree upon. */
  uint32_t type;
  uint32_t a;
  float b;
} process_buffers_event;

/* 1 where `channel`, one of the bus's, is said to hold one value throughout the block; 0 elsewhere. */
static inline int process_buffers_is_constant(const process_buffers_bus *bus, uint32_t channel) {
  return (int)((bus->constant_mask >> channel) & 1);
}

/* Says that `channel`, one of the output bus's, was filled with one value throughout the block. */
static inline void process_buffers_mark_constant(process_buffers_bus *bus, uint32_t channel) {
  bus->constant_mask |= (uint64_t)1 << channel;
}

/* A compiler that lays the descriptor out in another way stops here. Other targets than wasm32 have
   other pointers; there the descriptor is what clap_audio_buffer is to them. */
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
