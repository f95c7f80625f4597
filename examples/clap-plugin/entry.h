/*
 * The part of a plug-in that is the same in all of them, and by which a host finds the rest. Each plug-in includes
 * this file at its end. Before, it defines:
 *
 *   instance                a struct with the members `plugin` and `next_spare`
 *   DESCRIPTOR              the plug-in's name and other information
 *   activate, reset, process
 *   port_count, port_info
 */

static bool same(const char *a, const char *b) {
  while (*a != 0 && *a == *b) a++, b++;
  return *a == *b;
}

/* ---- Its life -------------------------------------------------------------------------------- */

static bool succeed(const clap_plugin_t *plugin) {
  (void)plugin;
  return true;
}

static void do_nothing(const clap_plugin_t *plugin) {
  (void)plugin;
}

static const clap_plugin_audio_ports_t PORTS_EXTENSION = {port_count, port_info};

static const void *get_extension(const clap_plugin_t *plugin, const char *id) {
  (void)plugin;
  return same(id, CLAP_EXT_AUDIO_PORTS) ? &PORTS_EXTENSION : NULL;
}

void *malloc(size_t bytes);

/* There is no `free`, so the memory of a destroyed instance is kept for the next one. */
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
      .reset = reset,
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
