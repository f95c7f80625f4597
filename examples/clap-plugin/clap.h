/*
 * The part of CLAP 1's binary interface that these plug-ins need, under CLAP's own names. The whole interface,
 * and which call is allowed in which thread: https://github.com/free-audio/clap/tree/main/include/clap
 */

#ifndef CLAP_SUBSET_H
#define CLAP_SUBSET_H

#include <stdbool.h>

#include "process_buffers.h"

#define CLAP_PLUGIN_FACTORY_ID "clap.plugin-factory"
#define CLAP_EXT_AUDIO_PORTS "clap.audio-ports"
#define CLAP_INVALID_ID UINT32_MAX
#define CLAP_NAME_SIZE 256

enum { CLAP_AUDIO_PORT_IS_MAIN = 1 };
enum { CLAP_PROCESS_ERROR = 0, CLAP_PROCESS_CONTINUE = 1 };
typedef int32_t clap_process_status;

/* The version of CLAP for which a structure was made. */
typedef struct clap_version {
  uint32_t major, minor, revision;
} clap_version_t;

typedef struct clap_plugin_descriptor {
  clap_version_t clap_version;
  const char *id, *name, *vendor, *url, *manual_url, *support_url, *version, *description;
  const char *const *features; /* Ends with null. */
} clap_plugin_descriptor_t;

/* Functions of the host that a plug-in may call. These plug-ins call none. */
typedef struct clap_host clap_host_t;

/* The storage's descriptors have the layout of CLAP's audio buffers. */
typedef process_buffers_bus clap_audio_buffer_t;

/* Every event begins with this header. `time` is counted in frames from the block's start. */
typedef struct clap_event_header {
  uint32_t size;
  uint32_t time;
  uint16_t space_id;
  uint16_t type;
  uint32_t flags;
} clap_event_header_t;

enum { CLAP_CORE_EVENT_SPACE_ID = 0 };
enum { CLAP_EVENT_NOTE_ON = 0, CLAP_EVENT_NOTE_OFF = 1, CLAP_EVENT_PARAM_VALUE = 5 };

typedef struct clap_event_note {
  clap_event_header_t header;
  int32_t note_id; /* -1 if not specified; the same for the next three members. */
  int16_t port_index;
  int16_t channel;
  int16_t key;
  double velocity; /* 0 to 1. */
} clap_event_note_t;

typedef struct clap_event_param_value {
  clap_event_header_t header;
  uint32_t param_id;
  void *cookie;
  int32_t note_id;
  int16_t port_index;
  int16_t channel;
  int16_t key;
  double value;
} clap_event_param_value_t;

/* A list of events, in order of time. */
typedef struct clap_input_events {
  void *ctx;
  uint32_t (*size)(const struct clap_input_events *list);
  const clap_event_header_t *(*get)(const struct clap_input_events *list, uint32_t index);
} clap_input_events_t;

typedef struct clap_process {
  int64_t steady_time; /* Frames since some start; -1 where the host does not count. */
  uint32_t frames_count;
  const void *transport;
  const clap_audio_buffer_t *audio_inputs;
  clap_audio_buffer_t *audio_outputs;
  uint32_t audio_inputs_count, audio_outputs_count;
  const clap_input_events_t *in_events;
  const void *out_events;
} clap_process_t;

typedef struct clap_plugin {
  const clap_plugin_descriptor_t *desc;
  void *plugin_data;
  bool (*init)(const struct clap_plugin *plugin);
  void (*destroy)(const struct clap_plugin *plugin);
  bool (*activate)(const struct clap_plugin *plugin, double sample_rate, uint32_t min_frames_count, uint32_t max_frames_count);
  void (*deactivate)(const struct clap_plugin *plugin);
  bool (*start_processing)(const struct clap_plugin *plugin);
  void (*stop_processing)(const struct clap_plugin *plugin);
  void (*reset)(const struct clap_plugin *plugin);
  clap_process_status (*process)(const struct clap_plugin *plugin, const clap_process_t *process);
  const void *(*get_extension)(const struct clap_plugin *plugin, const char *id);
  void (*on_main_thread)(const struct clap_plugin *plugin);
} clap_plugin_t;

typedef struct clap_audio_port_info {
  uint32_t id;
  char name[CLAP_NAME_SIZE];
  uint32_t flags;
  uint32_t channel_count;
  const char *port_type; /* "mono", "stereo", others, or null. */
  uint32_t in_place_pair;
} clap_audio_port_info_t;

typedef struct clap_plugin_audio_ports {
  uint32_t (*count)(const clap_plugin_t *plugin, bool is_input);
  bool (*get)(const clap_plugin_t *plugin, uint32_t index, bool is_input, clap_audio_port_info_t *info);
} clap_plugin_audio_ports_t;

typedef struct clap_plugin_factory {
  uint32_t (*get_plugin_count)(const struct clap_plugin_factory *factory);
  const clap_plugin_descriptor_t *(*get_plugin_descriptor)(const struct clap_plugin_factory *factory, uint32_t index);
  const clap_plugin_t *(*create_plugin)(const struct clap_plugin_factory *factory, const clap_host_t *host, const char *plugin_id);
} clap_plugin_factory_t;

typedef struct clap_plugin_entry {
  clap_version_t clap_version;
  bool (*init)(const char *plugin_path);
  void (*deinit)(void);
  const void *(*get_factory)(const char *factory_id);
} clap_plugin_entry_t;

/* A host outside of wasm reads and writes these structures by offsets, so the offsets have to be these. */
#define AT(structure, field, offset) _Static_assert(offsetof(structure, field) == offset, #field)
AT(clap_plugin_descriptor_t, id, 12);
AT(clap_plugin_descriptor_t, features, 44);
AT(clap_process_t, frames_count, 8);
AT(clap_process_t, audio_inputs, 16);
AT(clap_process_t, audio_inputs_count, 24);
AT(clap_process_t, in_events, 32);
AT(clap_process_t, out_events, 36);
AT(clap_event_header_t, time, 4);
AT(clap_event_header_t, type, 10);
AT(clap_event_note_t, note_id, 16);
AT(clap_event_note_t, key, 24);
AT(clap_event_note_t, velocity, 32);
AT(clap_event_param_value_t, param_id, 16);
AT(clap_event_param_value_t, key, 32);
AT(clap_event_param_value_t, value, 40);
AT(clap_input_events_t, size, 4);
AT(clap_input_events_t, get, 8);
AT(clap_plugin_t, init, 8);
AT(clap_plugin_t, process, 36);
AT(clap_plugin_t, on_main_thread, 44);
AT(clap_audio_port_info_t, name, 4);
AT(clap_audio_port_info_t, channel_count, 264);
AT(clap_audio_port_info_t, in_place_pair, 272);
AT(clap_plugin_entry_t, init, 12);
AT(clap_plugin_entry_t, get_factory, 20);
#undef AT

#endif
