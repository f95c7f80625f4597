/*
 * A ducker with a send. These are its buses; all but the main ones may be left out:
 *
 *   input 0    main       turned down while the sidechain is loud
 *   input 1    sidechain  only its first channel is used
 *   output 0   main
 *   output 1   send       for a reverb: the sum of the main output's channels, in its first channel
 */

#include "process_buffers.h"

#define EXPORT(name) __attribute__((export_name(#name)))

/* The time constant with which the main input comes back. */
static const float RELEASE_SECONDS = 0.1f;
/* A sidechain at full scale turns the main input down to 1 / (1 + DEPTH). */
static const float DEPTH = 4.0f;
static const float SEND_GAIN = 0.5f;
/* A level below this is set to 0. Otherwise it becomes a denormal number, with which arithmetic is slow. */
static const float INAUDIBLE = 1e-6f;

/* The sidechain's level, and the factor by which it falls in each frame. */
static float level;
static float decay;

EXPORT(prepare)
void prepare(float sample_rate) {
  level = 0;
  decay = 1 - 1 / (RELEASE_SECONDS * sample_rate);
}

/* The gain for a frame in which the sidechain holds `key`. */
static float duck(float key) {
  const float magnitude = __builtin_fabsf(key);
  level *= decay;
  if (magnitude > level) level = magnitude;
  return 1 / (1 + DEPTH * level);
}

/* Channel `channel` of bus `index`; null if there is none. */
static float *channel_of(const process_buffers_bus *buses, uint32_t count, uint32_t index, uint32_t channel) {
  return index < count && channel < buses[index].channel_count ? buses[index].data32[channel] : NULL;
}

EXPORT(process)
void process(const process_buffers_bus *inputs, uint32_t input_count,
             process_buffers_bus *outputs, uint32_t output_count, uint32_t frames) {
  if (input_count == 0 || output_count == 0) return;
  const float *key = channel_of(inputs, input_count, 1, 0);
  float *send = channel_of(outputs, output_count, 1, 0);
  const uint32_t from = inputs[0].channel_count;
  const uint32_t to = outputs[0].channel_count;
  const uint32_t channels = from < to ? from : to;

  for (uint32_t k = 0; k < frames; k++) {
    const float gain = duck(key == NULL ? 0 : key[k]);
    float sum = 0;
    for (uint32_t c = 0; c < channels; c++) {
      const float sample = inputs[0].data32[c][k] * gain;
      outputs[0].data32[c][k] = sample;
      sum += sample;
    }
    if (send != NULL) send[k] = sum * SEND_GAIN;
  }
  if (level < INAUDIBLE) level = 0;
}
