/*
 * A CLAP plug-in that mixes two inputs to two outputs:
 *
 *   output "Main"        3/4 of the main input and 1/4 of the side
 *   output "Difference"  the main input less the side
 *
 * Where both channels that are mixed hold one value throughout the block, so does their mix: it is
 * computed once, and the output's mask says so.
 */

#include "clap.h"

void *malloc(size_t bytes);

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

/* One channel to be read. */
typedef struct signal {
  const float *samples;
  uint32_t step; /* 0 where the first sample holds for the whole block. */
} signal;

/* The last channel of a narrower bus goes on for those that it does not have. */
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

static bool same(const char *a, const char *b) {
  while (*a != 0 && *a == *b) a++, b++;
  return *a == *b;
}

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

static const clap_plugin_audio_ports_t PORTS_EXTENSION = {port_count, port_info};

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

static bool succeed(const clap_plugin_t *plugin) {
  (void)plugin;
  return true;
}

static void do_nothing(const clap_plugin_t *plugin) {
  (void)plugin;
}

static bool activate(const clap_plugin_t *plugin, double sample_rate, uint32_t min_frames, uint32_t max_frames) {
  (void)plugin, (void)sample_rate, (void)min_frames, (void)max_frames;
  return true;
}

static const void *get_extension(const clap_plugin_t *plugin, const char *id) {
  (void)plugin;
  return same(id, CLAP_EXT_AUDIO_PORTS) ? &PORTS_EXTENSION : NULL;
}

/* Where `malloc` is not undone, what one instance leaves is the next one's. */
typedef struct instance {
  clap_plugin_t plugin;
  struct instance *next_spare;
} instance;

static instance *first_spare;

static instance *new_instance(void) {
  instance *spare = first_spare;
  if (spare == NULL) return malloc(sizeof(instance));
  first_spare = spare->next_spare;
  return spare;
}

static void destroy(const clap_plugin_t *plugin) {
  instance *destroyed = plugin->plugin_data;
  destroyed->next_spare = first_spare;
  first_spare = destroyed;
}

/* ---- What a host looks for ------------------------------------------------------------------- */

static uint32_t plugin_count(const clap_plugin_factory_t *factory) {
  (void)factory;
  return 1;
}

static const clap_plugin_descriptor_t *plugin_descriptor(const clap_plugin_factory_t *factory, uint32_t index) {
  (void)factory;
  return index == 0 ? &DESCRIPTOR : NULL;
}

static const clap_plugin_t *create_plugin(const clap_plugin_factory_t *factory, const clap_host_t *host, const char *id) {
  (void)factory, (void)host;
  if (!same(id, DESCRIPTOR.id)) return NULL;
  instance *created = new_instance();
  if (created == NULL) return NULL;
  created->plugin = (clap_plugin_t){
      .desc = &DESCRIPTOR,
      .plugin_data = created,
      .init = succeed,
      .destroy = destroy,
      .activate = activate,
      .deactivate = do_nothing,
      .start_processing = succeed,
      .stop_processing = do_nothing,
      .reset = do_nothing,
      .process = process,
      .get_extension = get_extension,
      .on_main_thread = do_nothing,
  };
  return &created->plugin;
}

static const clap_plugin_factory_t FACTORY = {plugin_count, plugin_descriptor, create_plugin};

static bool init(const char *path) {
  (void)path;
  return true;
}

static void deinit(void) {}

static const void *get_factory(const char *id) {
  return same(id, CLAP_PLUGIN_FACTORY_ID) ? &FACTORY : NULL;
}

const clap_plugin_entry_t clap_entry = {{1, 2, 0}, init, deinit, get_factory};
