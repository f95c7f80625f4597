/*
 * A CLAP instrument: eight voices of triangle waves, which are played by CLAP's events. It renders the frames up to an
 * event, then handles the event, so that each event takes effect at its frame.
 */

#include "clap.h"

enum { VOICES = 8, CHANNELS = 2, GAIN_PARAM = 7 };

typedef struct voice {
  int16_t key;
  bool is_held;
  float level, target; /* The envelope: the level moves towards the target. */
  float phase, step;   /* In periods: phase is 0 to 1, step is added in each frame. */
  uint32_t age;        /* How many notes have begun after this one. */
} voice;

typedef struct instance {
  clap_plugin_t plugin;
  struct instance *next_spare;
  float frame_seconds;
  float gain;
  voice voices[VOICES];
} instance;

/* ---- The sound ------------------------------------------------------------------------------- */

static const float UP = 0.01f, DOWN = 0.0008f, SILENT = 1e-5f;

/* Frequency of a MIDI key in Hz: that of key 0, doubled for each octave, then raised by semitones. */
static float frequency_of(int16_t key) {
  float hertz = 8.17579891564f;
  for (; key >= 12; key -= 12) hertz *= 2;
  for (; key > 0; key--) hertz *= 1.05946309436f;
  return hertz;
}

/* The first voice that is released and silent, else the oldest one. */
static voice *voice_to_play(instance *self) {
  voice *chosen = &self->voices[0];
  for (uint32_t v = 0; v < VOICES; v++) {
    voice *one = &self->voices[v];
    if (!one->is_held && one->level < SILENT) return one;
    if (one->age > chosen->age) chosen = one;
  }
  return chosen;
}

static void note_on(instance *self, const clap_event_note_t *note) {
  for (uint32_t v = 0; v < VOICES; v++) self->voices[v].age++;
  *voice_to_play(self) = (voice){
      .key = note->key,
      .is_held = true,
      .target = (float)note->velocity * 0.2f,
      .step = frequency_of(note->key) * self->frame_seconds,
  };
}

static void note_off(instance *self, const clap_event_note_t *note) {
  for (uint32_t v = 0; v < VOICES; v++) {
    voice *one = &self->voices[v];
    if (!one->is_held || one->key != note->key) continue;
    one->is_held = false;
    one->target = 0;
  }
}

static void handle(instance *self, const clap_event_header_t *event) {
  if (event->space_id != CLAP_CORE_EVENT_SPACE_ID) return;
  if (event->type == CLAP_EVENT_NOTE_ON) note_on(self, (const clap_event_note_t *)event);
  if (event->type == CLAP_EVENT_NOTE_OFF) note_off(self, (const clap_event_note_t *)event);
  if (event->type != CLAP_EVENT_PARAM_VALUE) return;
  const clap_event_param_value_t *parameter = (const clap_event_param_value_t *)event;
  if (parameter->param_id == GAIN_PARAM) self->gain = (float)parameter->value;
}

static float triangle(float phase) {
  return phase < 0.5f ? 4 * phase - 1 : 3 - 4 * phase;
}

static float frame_of(instance *self) {
  float sum = 0;
  for (uint32_t v = 0; v < VOICES; v++) {
    voice *one = &self->voices[v];
    one->level += (one->target - one->level) * (one->target > one->level ? UP : DOWN);
    one->phase += one->step;
    if (one->phase >= 1) one->phase -= 1;
    sum += triangle(one->phase) * one->level;
  }
  return sum * self->gain;
}

static void render(instance *self, clap_audio_buffer_t *bus, uint32_t from, uint32_t to) {
  for (uint32_t k = from; k < to; k++) {
    const float sample = frame_of(self);
    for (uint32_t c = 0; c < bus->channel_count; c++) bus->data32[c][k] = sample;
  }
}

static clap_process_status process(const clap_plugin_t *plugin, const clap_process_t *block) {
  instance *self = plugin->plugin_data;
  if (block->audio_inputs_count != 0 || block->audio_outputs_count != 1) return CLAP_PROCESS_ERROR;
  const clap_input_events_t *events = block->in_events;
  const uint32_t count = events->size(events);
  uint32_t frame = 0;
  for (uint32_t i = 0; i < count; i++) {
    const clap_event_header_t *event = events->get(events, i);
    render(self, &block->audio_outputs[0], frame, event->time);
    frame = event->time;
    handle(self, event);
  }
  render(self, &block->audio_outputs[0], frame, block->frames_count);
  return CLAP_PROCESS_CONTINUE;
}

static void reset(const clap_plugin_t *plugin) {
  instance *self = plugin->plugin_data;
  self->gain = 1;
  for (uint32_t v = 0; v < VOICES; v++) self->voices[v] = (voice){0};
}

/* ---- Its ports ------------------------------------------------------------------------------- */

static uint32_t port_count(const clap_plugin_t *plugin, bool is_input) {
  (void)plugin;
  return is_input ? 0 : 1;
}

static bool port_info(const clap_plugin_t *plugin, uint32_t index, bool is_input, clap_audio_port_info_t *info) {
  (void)plugin;
  if (is_input || index > 0) return false;
  *info = (clap_audio_port_info_t){
      .id = 0,
      .name = "Main",
      .flags = CLAP_AUDIO_PORT_IS_MAIN,
      .channel_count = CHANNELS,
      .port_type = "stereo",
      .in_place_pair = CLAP_INVALID_ID,
  };
  return true;
}

/* ---- Its life -------------------------------------------------------------------------------- */

static const char *const FEATURES[] = {"instrument", "synthesizer", "stereo", NULL};

static const clap_plugin_descriptor_t DESCRIPTOR = {
    .clap_version = {1, 2, 0},
    .id = "wasm-process-buffers.eight-voices",
    .name = "Eight voices",
    .vendor = "wasm-process-buffers",
    .url = "",
    .manual_url = "",
    .support_url = "",
    .version = "1.0.0",
    .description = "Notes in, eight voices of triangles out",
    .features = FEATURES,
};

static bool activate(const clap_plugin_t *plugin, double sample_rate, uint32_t min_frames, uint32_t max_frames) {
  (void)min_frames, (void)max_frames;
  instance *activated = plugin->plugin_data;
  activated->frame_seconds = (float)(1 / sample_rate);
  reset(plugin);
  return true;
}

#include "entry.h"
