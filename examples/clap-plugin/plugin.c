/*
 * A CLAP plug-in that mixes two inputs to two outputs:
 *
 *   output "Main"        3/4 of the main input and 1/4 of the side
 *   output "Difference"  the main input minus the side
 *
 * If both mixed channels hold one value throughout the block, so does their mix. Then it is computed only
 * once, and the output's constant mask marks the channel.
 */

#include "clap.h"

static const struct {
  const char *name;
  float main, side;
} OUTPUTS[] = {{"Main", 0.75f, 0.25f}, {"Difference", 1.0f, -1.0f}};

static const struct {
  const char *name, *type;
  uint32_t channels;
} INPUTS[] = {{"Main", "stereo", 2}, {"Side", "mono", 1}};

enum { PORTS = 2, OUTPUT_CHANNELS = 2 };

/* ---- The sound ------------------------------------------------------------------------------- */

/* An input channel. */
typedef struct signal {
  const float *samples;
  uint32_t step; /* From one frame to the next; 0 if the first sample is that of all frames. */
} signal;

/* A channel of a bus. If the bus has fewer channels, its last one is used; without channels, silence. */
static signal signal_of(const clap_audio_buffer_t *bus, uint32_t channel) {
  static const float silence = 0;
  if (bus->channel_count == 0) return (signal){&silence, 0};
  const uint32_t last = bus->channel_count - 1;
  const uint32_t read = channel < last ? channel : last;
  return (signal){bus->data32[read], process_buffers_is_constant(bus, read) ? 0 : 1};
}

static void fill(float *out, float value, uint32_t frames) {
  for (uint32_t k = 0; k < frames; k++) out[k] = value;
}

static void mix(float *out, signal main, float main_gain, signal side, float side_gain, uint32_t frames) {
  for (uint32_t k = 0; k < frames; k++) {
    out[k] = main.samples[k * main.step] * main_gain + side.samples[k * side.step] * side_gain;
  }
}

static clap_process_status process(const clap_plugin_t *plugin, const clap_process_t *block) {
  (void)plugin;
  if (block->audio_inputs_count != PORTS || block->audio_outputs_count != PORTS) return CLAP_PROCESS_ERROR;
  for (uint32_t port = 0; port < PORTS; port++) {
    clap_audio_buffer_t *bus = &block->audio_outputs[port];
    bus->constant_mask = 0;
    for (uint32_t c = 0; c < bus->channel_count; c++) {
      const signal main = signal_of(&block->audio_inputs[0], c);
      const signal side = signal_of(&block->audio_inputs[1], c);
      float *out = bus->data32[c];
      if (main.step == 0 && side.step == 0) {
        mix(out, main, OUTPUTS[port].main, side, OUTPUTS[port].side, 1);
        fill(out, out[0], block->frames_count);
        process_buffers_mark_constant(bus, c);
      } else {
        mix(out, main, OUTPUTS[port].main, side, OUTPUTS[port].side, block->frames_count);
      }
    }
  }
  return CLAP_PROCESS_CONTINUE;
}

/* ---- Its ports ------------------------------------------------------------------------------- */

static void copy_name(char *to, const char *name) {
  uint32_t k = 0;
  for (; name[k] != 0 && k < CLAP_NAME_SIZE - 1; k++) to[k] = name[k];
  to[k] = 0;
}

static uint32_t port_count(const clap_plugin_t *plugin, bool is_input) {
  (void)plugin, (void)is_input;
  return PORTS;
}

static bool port_info(const clap_plugin_t *plugin, uint32_t index, bool is_input, clap_audio_port_info_t *info) {
  (void)plugin;
  if (index >= PORTS) return false;
  copy_name(info->name, is_input ? INPUTS[index].name : OUTPUTS[index].name);
  info->id = index;
  info->flags = index == 0 ? CLAP_AUDIO_PORT_IS_MAIN : 0;
  info->channel_count = is_input ? INPUTS[index].channels : OUTPUT_CHANNELS;
  info->port_type = is_input ? INPUTS[index].type : "stereo";
  info->in_place_pair = CLAP_INVALID_ID;
  return true;
}

/* ---- Its life -------------------------------------------------------------------------------- */

static const char *const FEATURES[] = {"audio-effect", "mixing", "stereo", NULL};

static const clap_plugin_descriptor_t DESCRIPTOR = {
    .clap_version = {1, 2, 0},
    .id = "wasm-process-buffers.two-bus-mix",
    .name = "Two-bus mix",
    .vendor = "wasm-process-buffers",
    .url = "",
    .manual_url = "",
    .support_url = "",
    .version = "1.0.0",
    .description = "Two buses in, their mix and their difference out",
    .features = FEATURES,
};

static bool activate(const clap_plugin_t *plugin, double sample_rate, uint32_t min_frames, uint32_t max_frames) {
  (void)plugin, (void)sample_rate, (void)min_frames, (void)max_frames;
  return true;
}

static void reset(const clap_plugin_t *plugin) {
  (void)plugin;
}

typedef struct instance {
  clap_plugin_t plugin;
  struct instance *next_spare;
} instance;

#include "entry.h"
