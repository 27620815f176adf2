/*
 * A driver that libva loads. What it can is said by lines "GPU va PROFILE ENTRYPOINT [ATTRIBUTE=VALUE]...", in the numbers
 * of va.h. Surfaces lie in the memory of the device, which is the host's; what is asked for is done when a picture ends.
 */
#include "vadriver.h"

#define MAX_CONFIGS 64
#define PITCH_ALIGNMENT 256
#define ROW_ALIGNMENT 16

static struct driver *driver_of(const struct va_context *va) {
  return va->data;
}

/* The scenario's word on a call, else whether the device is lost. */
static int called(const struct driver *driver, const char *function) {
  int code = code_of(driver->device, function);
  return code ? code : is_lost(driver->device, 0) ? VA_OPERATION_FAILED : VA_OK;
}

#define CALLED(driver, function)                    \
  do {                                              \
    int failed_ = called(driver, function);         \
    if (failed_) return failed_;                    \
  } while (0)

/* Objects. */

static void *object_new(struct driver *driver, enum object_kind kind, size_t size) {
  struct object *made = NULL;
  pthread_mutex_lock(&driver->lock);
  for (uint32_t i = 0; i < MAX_OBJECTS && !made; i++)
    if (!driver->objects[i]) {
      made = calloc(1, size);
      *made = (struct object){kind, i + 1};
      driver->objects[i] = made;
    }
  pthread_mutex_unlock(&driver->lock);
  return made;
}

void *object_of(struct driver *driver, uint32_t id, enum object_kind kind) {
  pthread_mutex_lock(&driver->lock);
  struct object *found = id && id <= MAX_OBJECTS ? driver->objects[id - 1] : NULL;
  pthread_mutex_unlock(&driver->lock);
  return found && found->kind == kind ? found : NULL;
}

static void object_end(struct driver *driver, struct object *object) {
  pthread_mutex_lock(&driver->lock);
  driver->objects[object->id - 1] = NULL;
  pthread_mutex_unlock(&driver->lock);
  free(object);
}

/* What the device can. */

struct ability {
  int profile, entrypoint;
  char attributes[400];
};

struct abilities {
  struct ability list[MAX_CONFIGS];
  int count;
};

static void take_ability(void *to, int index, const char *words) {
  struct abilities *all = to;
  int used = 0;
  if (index >= MAX_CONFIGS) return;
  struct ability *each = &all->list[all->count];
  if (sscanf(words, "%d %d%n", &each->profile, &each->entrypoint, &used) < 2) return;
  snprintf(each->attributes, sizeof each->attributes, "%s", words + used);
  all->count++;
}

static void abilities_of(const struct driver *driver, struct abilities *all) {
  all->count = 0;
  each_said(driver->device, "va", take_ability, all);
}

static const struct ability *ability(const struct abilities *all, int profile, int entrypoint) {
  for (int i = 0; i < all->count; i++)
    if (all->list[i].profile == profile && all->list[i].entrypoint == entrypoint) return &all->list[i];
  return NULL;
}

static int is_known(const struct abilities *all, int profile) {
  for (int i = 0; i < all->count; i++)
    if (all->list[i].profile == profile) return 1;
  return 0;
}

static uint32_t attribute(const struct ability *of, int type) {
  char key[16];
  snprintf(key, sizeof key, " %d=", type);
  const char *found = strstr(of->attributes, key);
  return found ? (uint32_t)strtoul(found + strlen(key), NULL, 0) : VA_NOT_SUPPORTED;
}

static int config_profiles(struct va_context *va, int *list, int *count) {
  struct abilities all;
  CALLED(driver_of(va), "vaQueryConfigProfiles");
  abilities_of(driver_of(va), &all);
  *count = 0;
  for (int i = 0; i < all.count; i++) {
    int known = 0;
    for (int j = 0; j < *count; j++) known |= list[j] == all.list[i].profile;
    if (!known) list[(*count)++] = all.list[i].profile;
  }
  return VA_OK;
}

static int config_entrypoints(struct va_context *va, int profile, int *list, int *count) {
  struct abilities all;
  CALLED(driver_of(va), "vaQueryConfigEntrypoints");
  abilities_of(driver_of(va), &all);
  *count = 0;
  for (int i = 0; i < all.count; i++)
    if (all.list[i].profile == profile) list[(*count)++] = all.list[i].entrypoint;
  return *count ? VA_OK : VA_UNSUPPORTED_PROFILE;
}

static int config_attributes(struct va_context *va, int profile, int entrypoint, struct va_attribute *list, int count) {
  struct abilities all;
  CALLED(driver_of(va), "vaGetConfigAttributes");
  abilities_of(driver_of(va), &all);
  const struct ability *found = ability(&all, profile, entrypoint);
  if (!found) return is_known(&all, profile) ? VA_UNSUPPORTED_ENTRYPOINT : VA_UNSUPPORTED_PROFILE;
  for (int i = 0; i < count; i++) list[i].value = attribute(found, list[i].type);
  return VA_OK;
}

static int create_config(struct va_context *va, int profile, int entrypoint, struct va_attribute *list, int count,
                         uint32_t *id) {
  struct abilities all;
  struct driver *driver = driver_of(va);
  CALLED(driver, "vaCreateConfig");
  abilities_of(driver, &all);
  const struct ability *found = ability(&all, profile, entrypoint);
  if (!found) return is_known(&all, profile) ? VA_UNSUPPORTED_ENTRYPOINT : VA_UNSUPPORTED_PROFILE;
  struct config *config = object_new(driver, OBJECT_CONFIG, sizeof *config);
  if (!config) return VA_ALLOCATION_FAILED;
  config->profile = profile;
  config->entrypoint = entrypoint;
  config->rt_format = attribute(found, ATTRIBUTE_RT_FORMAT);
  int failed = VA_OK;
  for (int i = 0; i < count; i++) {
    uint32_t able = attribute(found, list[i].type);
    if (list[i].type == ATTRIBUTE_RT_FORMAT && !(able & list[i].value)) failed = VA_UNSUPPORTED_RT_FORMAT;
    if (list[i].type == ATTRIBUTE_RATE_CONTROL) {
      config->rate_control = list[i].value;
      if (able == VA_NOT_SUPPORTED || !(able & list[i].value)) failed = VA_INVALID_CONFIG;
    }
  }
  *id = config->object.id;
  if (failed) object_end(driver, &config->object);
  return failed;
}

static int destroy_config(struct va_context *va, uint32_t id) {
  struct config *config = object_of(driver_of(va), id, OBJECT_CONFIG);
  if (!config) return VA_INVALID_CONFIG;
  object_end(driver_of(va), &config->object);
  return VA_OK;
}

static int query_config(struct va_context *va, uint32_t id, int *profile, int *entrypoint, struct va_attribute *list,
                        int *count) {
  struct config *config = object_of(driver_of(va), id, OBJECT_CONFIG);
  if (!config) return VA_INVALID_CONFIG;
  *profile = config->profile;
  *entrypoint = config->entrypoint;
  list[0] = (struct va_attribute){ATTRIBUTE_RT_FORMAT, config->rt_format};
  *count = 1;
  return VA_OK;
}

/* Surfaces. */

static const struct va_image_format formats[] = {
    {FOURCC_NV12, 1, 12, 0, 0, 0, 0, 0, {0}},
    {FOURCC_P010, 1, 24, 0, 0, 0, 0, 0, {0}},
};
#define FORMATS ((int)(sizeof formats / sizeof *formats))

static size_t aligned(size_t value, size_t to) {
  return (value + to - 1) / to * to;
}

static void shape(struct surface *s, uint32_t fourcc, int width, int height) {
  size_t bytes = fourcc == FOURCC_P010 ? 2 : 1, rows = aligned((size_t)height, ROW_ALIGNMENT);
  s->fourcc = fourcc;
  s->width = width;
  s->height = height;
  s->pitch = aligned((size_t)width * bytes, PITCH_ALIGNMENT);
  s->chroma_offset = s->pitch * rows;
  s->size = s->chroma_offset + s->pitch * (rows / 2);
}

static void surface_end(struct driver *driver, struct surface *surface) {
  device_free(surface->at);
  object_end(driver, &surface->object);
}

static int surfaces_end(struct driver *driver, uint32_t *ids, int count) {
  for (int i = 0; i < count; i++) {
    struct surface *surface = object_of(driver, ids[i], OBJECT_SURFACE);
    if (!surface) return VA_INVALID_SURFACE;
    surface_end(driver, surface);
  }
  return VA_OK;
}

static int create_surfaces2(struct va_context *va, unsigned format, unsigned width, unsigned height, uint32_t *ids,
                            unsigned count, struct va_surface_attribute *list, unsigned attributes) {
  struct driver *driver = driver_of(va);
  uint32_t fourcc = format == RT_YUV420_10 ? FOURCC_P010 : FOURCC_NV12;
  CALLED(driver, "vaCreateSurfaces");
  if (format != RT_YUV420 && format != RT_YUV420_10) return VA_UNSUPPORTED_RT_FORMAT;
  for (unsigned i = 0; i < attributes; i++) {
    if (list[i].type == SURFACE_PIXEL_FORMAT) fourcc = (uint32_t)list[i].value.i;
    if (list[i].type == SURFACE_MEMORY_TYPE && list[i].value.i != 1) return VA_UNSUPPORTED_MEMORY_TYPE;
  }
  if (fourcc != FOURCC_NV12 && fourcc != FOURCC_P010) return VA_INVALID_IMAGE_FORMAT;
  for (unsigned i = 0; i < count; i++) {
    struct surface *surface = object_new(driver, OBJECT_SURFACE, sizeof *surface);
    if (surface) {
      shape(surface, fourcc, (int)width, (int)height);
      surface->at = device_alloc(driver->device, surface->size);
      ids[i] = surface->object.id;
    }
    if (!surface || !surface->at) {
      if (surface) object_end(driver, &surface->object);
      surfaces_end(driver, ids, (int)i);
      return VA_ALLOCATION_FAILED;
    }
  }
  return VA_OK;
}

static int create_surfaces(struct va_context *va, int width, int height, int format, int count, uint32_t *ids) {
  return create_surfaces2(va, (unsigned)format, (unsigned)width, (unsigned)height, ids, (unsigned)count, NULL, 0);
}

static int destroy_surfaces(struct va_context *va, uint32_t *ids, int count) {
  return surfaces_end(driver_of(va), ids, count);
}

static void put_number(struct va_surface_attribute *list, unsigned *used, int type, uint32_t flags, uint32_t value) {
  if (list) list[*used] = (struct va_surface_attribute){type, flags, 1, {.i = (int32_t)value}};
  (*used)++;
}

static int query_surface_attributes(struct va_context *va, uint32_t id, struct va_surface_attribute *list,
                                    unsigned *count) {
  struct abilities all;
  unsigned used = 0, room = *count;
  struct config *config = object_of(driver_of(va), id, OBJECT_CONFIG);
  if (!config) return VA_INVALID_CONFIG;
  abilities_of(driver_of(va), &all);
  const struct ability *of = ability(&all, config->profile, config->entrypoint);
  struct va_surface_attribute found[8];
  uint32_t width = of ? attribute(of, ATTRIBUTE_WIDTH) : VA_NOT_SUPPORTED,
           height = of ? attribute(of, ATTRIBUTE_HEIGHT) : VA_NOT_SUPPORTED;
  if (config->rt_format & RT_YUV420)
    put_number(found, &used, SURFACE_PIXEL_FORMAT, SURFACE_GETTABLE | SURFACE_SETTABLE, FOURCC_NV12);
  if (config->rt_format & RT_YUV420_10)
    put_number(found, &used, SURFACE_PIXEL_FORMAT, SURFACE_GETTABLE | SURFACE_SETTABLE, FOURCC_P010);
  put_number(found, &used, SURFACE_MIN_WIDTH, SURFACE_GETTABLE, 16);
  put_number(found, &used, SURFACE_MIN_HEIGHT, SURFACE_GETTABLE, 16);
  put_number(found, &used, SURFACE_MAX_WIDTH, SURFACE_GETTABLE, width == VA_NOT_SUPPORTED ? 16384 : width);
  put_number(found, &used, SURFACE_MAX_HEIGHT, SURFACE_GETTABLE, height == VA_NOT_SUPPORTED ? 16384 : height);
  put_number(found, &used, SURFACE_MEMORY_TYPE, SURFACE_GETTABLE | SURFACE_SETTABLE, 1);
  *count = used;
  if (!list) return VA_OK;
  if (room < used) return VA_MAX_NUM_EXCEEDED;
  memcpy(list, found, used * sizeof *list);
  return VA_OK;
}

static int sync_surface(struct va_context *va, uint32_t id) {
  CALLED(driver_of(va), "vaSyncSurface");
  return object_of(driver_of(va), id, OBJECT_SURFACE) ? VA_OK : VA_INVALID_SURFACE;
}

static int sync_surface2(struct va_context *va, uint32_t id, uint64_t timeout) {
  (void)timeout;
  return sync_surface(va, id);
}

/* Ready, in the words of VASurfaceStatus. */
static int surface_status(struct va_context *va, uint32_t id, int *status) {
  *status = 4;
  return object_of(driver_of(va), id, OBJECT_SURFACE) ? VA_OK : VA_INVALID_SURFACE;
}

static int surface_error(struct va_context *va, uint32_t id, int status, void **info) {
  (void)va, (void)id, (void)status;
  *info = NULL;
  return VA_UNIMPLEMENTED;
}

/* Buffers. */

static int create_buffer(struct va_context *va, uint32_t context, int type, unsigned size, unsigned count, void *data,
                         uint32_t *id) {
  struct driver *driver = driver_of(va);
  (void)context;
  CALLED(driver, "vaCreateBuffer");
  struct buffer_object *buffer = object_new(driver, OBJECT_BUFFER, sizeof *buffer);
  if (!buffer) return VA_ALLOCATION_FAILED;
  buffer->type = type;
  buffer->size = size;
  buffer->count = count;
  if (type != BUFFER_CODED) buffer->at = calloc(count ? count : 1, size ? size : 1);
  if (data && buffer->at) memcpy(buffer->at, data, (size_t)size * count);
  *id = buffer->object.id;
  return VA_OK;
}

static int set_elements(struct va_context *va, uint32_t id, unsigned count) {
  struct buffer_object *buffer = object_of(driver_of(va), id, OBJECT_BUFFER);
  if (!buffer || count > buffer->count) return VA_INVALID_BUFFER;
  buffer->count = count;
  return VA_OK;
}

static int sync_buffer(struct va_context *va, uint32_t id, uint64_t timeout) {
  struct driver *driver = driver_of(va);
  (void)timeout;
  CALLED(driver, "vaSyncBuffer");
  struct buffer_object *buffer = object_of(driver, id, OBJECT_BUFFER);
  if (!buffer) return VA_INVALID_BUFFER;
  wait_until(buffer->done_ns);
  return VA_OK;
}

static int map(struct va_context *va, uint32_t id, void **at) {
  struct driver *driver = driver_of(va);
  CALLED(driver, "vaMapBuffer");
  struct buffer_object *buffer = object_of(driver, id, OBJECT_BUFFER);
  if (!buffer) return VA_INVALID_BUFFER;
  wait_until(buffer->done_ns);
  *at = buffer->type == BUFFER_CODED ? (void *)&buffer->segment : buffer->at;
  return VA_OK;
}

static int unmap(struct va_context *va, uint32_t id) {
  return object_of(driver_of(va), id, OBJECT_BUFFER) ? VA_OK : VA_INVALID_BUFFER;
}

static void buffer_end(struct driver *driver, struct buffer_object *buffer) {
  if (!buffer->borrowed) free(buffer->at);
  free(buffer->coded);
  object_end(driver, &buffer->object);
}

static int destroy_buffer(struct va_context *va, uint32_t id) {
  struct buffer_object *buffer = object_of(driver_of(va), id, OBJECT_BUFFER);
  if (!buffer) return VA_INVALID_BUFFER;
  buffer_end(driver_of(va), buffer);
  return VA_OK;
}

void coded_put(struct buffer_object *buffer, uint8_t *data, size_t size, int qp, int64_t done_ns) {
  free(buffer->coded);
  buffer->coded = data;
  buffer->segment = (struct va_coded_segment){.size = (uint32_t)size, .status = (uint32_t)qp & 0xff, .buf = data};
  buffer->done_ns = done_ns;
}

/* Images. */

static int image_formats(struct va_context *va, struct va_image_format *list, int *count) {
  (void)va;
  memcpy(list, formats, sizeof formats);
  *count = FORMATS;
  return VA_OK;
}

static int image_of(struct driver *driver, const struct surface *like, uint8_t *at, struct va_image *out) {
  struct image_object *image = object_new(driver, OBJECT_IMAGE, sizeof *image);
  struct buffer_object *buffer = object_new(driver, OBJECT_BUFFER, sizeof *buffer);
  if (!image || !buffer) return VA_ALLOCATION_FAILED;
  buffer->type = BUFFER_IMAGE;
  buffer->size = (unsigned)like->size;
  buffer->count = 1;
  buffer->borrowed = at != NULL;
  buffer->at = at ? at : calloc(1, like->size);
  *out = (struct va_image){
      .image_id = image->object.id,
      .format = formats[like->fourcc == FOURCC_P010],
      .buf = buffer->object.id,
      .width = (uint16_t)like->width,
      .height = (uint16_t)like->height,
      .data_size = (uint32_t)like->size,
      .num_planes = 2,
      .pitches = {(uint32_t)like->pitch, (uint32_t)like->pitch},
      .offsets = {0, (uint32_t)like->chroma_offset},
  };
  image->image = *out;
  return VA_OK;
}

static int create_image(struct va_context *va, struct va_image_format *format, int width, int height,
                        struct va_image *out) {
  struct surface like;
  CALLED(driver_of(va), "vaCreateImage");
  if (format->fourcc != FOURCC_NV12 && format->fourcc != FOURCC_P010) return VA_INVALID_IMAGE_FORMAT;
  shape(&like, format->fourcc, width, height);
  return image_of(driver_of(va), &like, NULL, out);
}

static int derive_image(struct va_context *va, uint32_t id, struct va_image *out) {
  CALLED(driver_of(va), "vaDeriveImage");
  struct surface *surface = object_of(driver_of(va), id, OBJECT_SURFACE);
  return surface ? image_of(driver_of(va), surface, surface->at, out) : VA_INVALID_SURFACE;
}

static int destroy_image(struct va_context *va, uint32_t id) {
  struct driver *driver = driver_of(va);
  struct image_object *image = object_of(driver, id, OBJECT_IMAGE);
  if (!image) return VA_INVALID_IMAGE;
  struct buffer_object *buffer = object_of(driver, image->image.buf, OBJECT_BUFFER);
  if (buffer) buffer_end(driver, buffer);
  object_end(driver, &image->object);
  return VA_OK;
}

/* Between two places of one layout of samples, both from their upper left corner. */
static void copy(uint8_t *to, const size_t *to_pitch, const uint8_t *from, const size_t *from_pitch, size_t to_chroma,
                 size_t from_chroma, size_t bytes, size_t rows) {
  for (size_t y = 0; y < rows; y++) memcpy(to + y * *to_pitch, from + y * *from_pitch, bytes);
  for (size_t y = 0; y < (rows + 1) / 2; y++)
    memcpy(to + to_chroma + y * *to_pitch, from + from_chroma + y * *from_pitch, bytes);
}

static int transfer(struct driver *driver, uint32_t surface_id, uint32_t image_id, unsigned width, unsigned height,
                    int to_surface) {
  struct surface *surface = object_of(driver, surface_id, OBJECT_SURFACE);
  struct image_object *image = object_of(driver, image_id, OBJECT_IMAGE);
  if (!surface) return VA_INVALID_SURFACE;
  struct buffer_object *buffer = image ? object_of(driver, image->image.buf, OBJECT_BUFFER) : NULL;
  if (!buffer || image->image.format.fourcc != surface->fourcc) return VA_INVALID_IMAGE;
  size_t pitch = image->image.pitches[0], chroma = image->image.offsets[1];
  size_t sample = surface->fourcc == FOURCC_P010 ? 2 : 1;
  if ((int)width > surface->width || (int)height > surface->height || width > image->image.width ||
      height > image->image.height)
    return VA_INVALID_PARAMETER;
  size_t bytes = (width + 1u) / 2 * 2 * sample;
  if (to_surface) copy(surface->at, &surface->pitch, buffer->at, &pitch, surface->chroma_offset, chroma, bytes, height);
  else copy(buffer->at, &pitch, surface->at, &surface->pitch, chroma, surface->chroma_offset, bytes, height);
  return VA_OK;
}

static int get_image(struct va_context *va, uint32_t surface, int x, int y, unsigned width, unsigned height,
                     uint32_t image) {
  CALLED(driver_of(va), "vaGetImage");
  return x || y ? VA_INVALID_PARAMETER : transfer(driver_of(va), surface, image, width, height, 0);
}

static int put_image(struct va_context *va, uint32_t surface, uint32_t image, int x, int y, unsigned width,
                     unsigned height, int to_x, int to_y, unsigned to_width, unsigned to_height) {
  CALLED(driver_of(va), "vaPutImage");
  return x || y || to_x || to_y || width != to_width || height != to_height
             ? VA_INVALID_PARAMETER
             : transfer(driver_of(va), surface, image, width, height, 1);
}

/* Contexts, and the pictures that are worked on in them. */

static int create_context(struct va_context *va, uint32_t config_id, int width, int height, int flag, uint32_t *targets,
                          int count, uint32_t *id) {
  struct abilities all;
  struct driver *driver = driver_of(va);
  (void)flag, (void)targets, (void)count;
  CALLED(driver, "vaCreateContext");
  struct config *config = object_of(driver, config_id, OBJECT_CONFIG);
  if (!config) return VA_INVALID_CONFIG;
  abilities_of(driver, &all);
  const struct ability *of = ability(&all, config->profile, config->entrypoint);
  if (of && ((uint32_t)width > attribute(of, ATTRIBUTE_WIDTH) || (uint32_t)height > attribute(of, ATTRIBUTE_HEIGHT)))
    return VA_RESOLUTION_NOT_SUPPORTED;
  struct context_object *context = object_new(driver, OBJECT_CONTEXT, sizeof *context);
  if (!context) return VA_ALLOCATION_FAILED;
  context->config = config;
  context->width = width;
  context->height = height;
  *id = context->object.id;
  return VA_OK;
}

static void forget(struct context_object *context) {
  for (int i = 0; i < context->rendered_count; i++) free(context->rendered[i].at);
  context->rendered_count = 0;
}

static int destroy_context(struct va_context *va, uint32_t id) {
  struct context_object *context = object_of(driver_of(va), id, OBJECT_CONTEXT);
  if (!context) return VA_INVALID_CONTEXT;
  forget(context);
  va_encoder_close(driver_of(va), context->encoder);
  va_decoder_close(context->decoder);
  object_end(driver_of(va), &context->object);
  return VA_OK;
}

static int begin(struct va_context *va, uint32_t id, uint32_t target) {
  CALLED(driver_of(va), "vaBeginPicture");
  struct context_object *context = object_of(driver_of(va), id, OBJECT_CONTEXT);
  if (!context) return VA_INVALID_CONTEXT;
  if (!object_of(driver_of(va), target, OBJECT_SURFACE)) return VA_INVALID_SURFACE;
  forget(context);
  context->target = target;
  return VA_OK;
}

static int render(struct va_context *va, uint32_t id, uint32_t *buffers, int count) {
  CALLED(driver_of(va), "vaRenderPicture");
  struct context_object *context = object_of(driver_of(va), id, OBJECT_CONTEXT);
  if (!context) return VA_INVALID_CONTEXT;
  for (int i = 0; i < count; i++) {
    struct buffer_object *buffer = object_of(driver_of(va), buffers[i], OBJECT_BUFFER);
    if (!buffer || !buffer->at) return VA_INVALID_BUFFER;
    if (context->rendered_count == MAX_RENDERED) return VA_MAX_NUM_EXCEEDED;
    size_t size = (size_t)buffer->size * buffer->count;
    struct rendered *each = &context->rendered[context->rendered_count++];
    *each = (struct rendered){buffer->type, buffer->size, buffer->count, malloc(size ? size : 1)};
    memcpy(each->at, buffer->at, size);
  }
  return VA_OK;
}

const struct rendered *rendered_of(const struct context_object *context, int type) {
  for (int i = 0; i < context->rendered_count; i++)
    if (context->rendered[i].type == type) return &context->rendered[i];
  return NULL;
}

static int done(struct driver *driver, struct context_object *context, struct surface *target) {
  switch (context->config->entrypoint) {
    case ENTRY_ENCODE:
    case ENTRY_ENCODE_LOW_POWER: return va_encode(driver, context, target);
    case ENTRY_VLD: return va_decode(driver, context, target);
    case ENTRY_PROCESS: return va_process(driver, rendered_of(context, BUFFER_PROCESS), target);
    default: return VA_UNIMPLEMENTED;
  }
}

static int end(struct va_context *va, uint32_t id) {
  struct driver *driver = driver_of(va);
  CALLED(driver, "vaEndPicture");
  struct context_object *context = object_of(driver, id, OBJECT_CONTEXT);
  struct surface *target = context ? object_of(driver, context->target, OBJECT_SURFACE) : NULL;
  if (!target) return context ? VA_INVALID_SURFACE : VA_INVALID_CONTEXT;
  int code = done(driver, context, target);
  forget(context);
  return code;
}

/* What pictures can be made of others. */

static uint32_t processed[] = {FOURCC_NV12, FOURCC_P010};
static int standards[] = {1, 2, 12};

static int filters(struct va_context *va, uint32_t context, int *list, unsigned *count) {
  (void)va, (void)context, (void)list;
  *count = 0;
  return VA_OK;
}

static int filter_caps(struct va_context *va, uint32_t context, int type, void *caps, unsigned *count) {
  (void)va, (void)context, (void)type, (void)caps;
  *count = 0;
  return VA_UNIMPLEMENTED;
}

static int pipeline_caps(struct va_context *va, uint32_t context, uint32_t *list, unsigned count, void *out) {
  (void)va, (void)context, (void)list, (void)count;
  *(VAProcPipelineCaps *)out = (VAProcPipelineCaps){
      .input_color_standards = standards,
      .num_input_color_standards = 3,
      .output_color_standards = standards,
      .num_output_color_standards = 3,
      /* By no turn, 90, 180 and 270 degrees; in both directions. */
      .rotation_flags = 0xf,
      .mirror_flags = 3,
      .num_input_pixel_formats = 2,
      .input_pixel_format = processed,
      .num_output_pixel_formats = 2,
      .output_pixel_format = processed,
      .max_input_width = 16384,
      .max_input_height = 16384,
      .min_input_width = 16,
      .min_input_height = 16,
      .max_output_width = 16384,
      .max_output_height = 16384,
      .min_output_width = 16,
      .min_output_height = 16,
  };
  return VA_OK;
}

static int no_display_attributes(struct va_context *va, void *list, int *count) {
  (void)va, (void)list;
  *count = 0;
  return VA_OK;
}

static int unimplemented(void) {
  return VA_UNIMPLEMENTED;
}

static int terminate(struct va_context *va) {
  struct driver *driver = driver_of(va);
  for (int i = 0; i < MAX_OBJECTS; i++) {
    struct object *object = driver->objects[i];
    if (!object) continue;
    if (object->kind == OBJECT_CONTEXT) destroy_context(va, object->id);
    else if (object->kind == OBJECT_SURFACE) surface_end(driver, (struct surface *)object);
    else if (object->kind == OBJECT_IMAGE) destroy_image(va, object->id);
    else if (object->kind == OBJECT_BUFFER) buffer_end(driver, (struct buffer_object *)object);
  }
  for (int i = 0; i < MAX_OBJECTS; i++) free(driver->objects[i]);
  pthread_mutex_destroy(&driver->lock);
  free(driver);
  va->data = NULL;
  return VA_OK;
}

static const struct va_functions functions = {
    .terminate = terminate,
    .config_profiles = config_profiles,
    .config_entrypoints = config_entrypoints,
    .config_attributes = config_attributes,
    .create_config = create_config,
    .destroy_config = destroy_config,
    .query_config = query_config,
    .create_surfaces = create_surfaces,
    .destroy_surfaces = destroy_surfaces,
    .create_context = create_context,
    .destroy_context = destroy_context,
    .create_buffer = create_buffer,
    .set_elements = set_elements,
    .map = map,
    .unmap = unmap,
    .destroy_buffer = destroy_buffer,
    .begin = begin,
    .render = render,
    .end = end,
    .sync_surface = sync_surface,
    .surface_status = surface_status,
    .surface_error = surface_error,
    .put_surface = (void *)unimplemented,
    .image_formats = image_formats,
    .create_image = create_image,
    .derive_image = derive_image,
    .destroy_image = destroy_image,
    .set_palette = (void *)unimplemented,
    .get_image = get_image,
    .put_image = put_image,
    .subpictures = {(void *)unimplemented, (void *)unimplemented, (void *)unimplemented, (void *)unimplemented,
                    (void *)unimplemented, (void *)unimplemented, (void *)unimplemented, (void *)unimplemented},
    .display_attributes = no_display_attributes,
    .get_display = (void *)unimplemented,
    .set_display = (void *)unimplemented,
    .create_surfaces2 = create_surfaces2,
    .query_surface_attributes = query_surface_attributes,
    .sync_surface2 = sync_surface2,
    .sync_buffer = sync_buffer,
};

/* As long as the table of libva 1.0, which is shorter: the reserved words at its end were more then. */
int __vaDriverInit_1_0(struct va_context *va) {
  int device = va->drm ? device_of_node(*va->drm) : -1;
  if (device < 0) return VA_OPERATION_FAILED;
  int failed = code_of(device, "vaInitialize");
  if (failed || is_lost(device, 0)) return failed ? failed : VA_OPERATION_FAILED;
  struct driver *driver = calloc(1, sizeof *driver);
  const char *vendor = said(device, "vendor");
  driver->device = device;
  snprintf(driver->vendor, sizeof driver->vendor, "%s", vendor ? vendor : "a driver of the lab");
  pthread_mutex_init(&driver->lock, NULL);
  va->data = driver;
  va->version_major = 1;
  va->version_minor = 22;
  va->max_profiles = va->max_entrypoints = MAX_CONFIGS;
  va->max_attributes = 64;
  va->max_image_formats = FORMATS;
  va->max_subpicture_formats = 1;
  va->max_display_attributes = 1;
  va->vendor = driver->vendor;
  *va->functions = functions;
  if (va->process_functions) {
    va->process_functions->filters = filters;
    va->process_functions->filter_caps = filter_caps;
    va->process_functions->pipeline_caps = pipeline_caps;
  }
  return VA_OK;
}
