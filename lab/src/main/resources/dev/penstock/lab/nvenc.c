/* libnvidia-encode: sessions of NVENC, over the encoders of encoder.c. */
#include "lab.h"

#define SESSION_MAGIC 0x4c414245u
#define ALIGNMENT 512
#define MAX_PENDING 256
#define MAX_SETS 2048
#define API_13_0 (13u)

struct buffer {
  uint8_t *at;
  size_t pitch;
  uint32_t width, height, format;
};

/* A bitstream buffer, full from the picture it was given until it is given again. */
struct output {
  struct coded coded;
  uint64_t timestamp, duration;
  uint32_t frame;
  int full;
  int64_t done_ns;
};

struct submitted {
  uint64_t timestamp, duration;
  uint32_t frame, flags;
  int64_t sent_ns, done_ns;
  uint8_t *extra;
  size_t extra_size;
};

struct session {
  uint32_t magic, id;
  int device, slot, initialized;
  NV_ENC_INITIALIZE_PARAMS init;
  NV_ENC_CONFIG config;
  struct encoder *encoder;
  uint8_t sets[MAX_SETS];
  size_t sets_size;
  struct submitted submitted[MAX_PENDING];
  struct output *pending[MAX_PENDING];
  int64_t sent, awaited, taken, taken_before, since_first;
  int forced;
  int64_t charged;
  char error[256];
};

static int called(int device, const char *function) {
  int code = code_of(device, function);
  return code ? code : is_lost(device, 1);
}

#define SESSION(session, function)                                                         \
  do {                                                                                     \
    if (!(session) || (session)->magic != SESSION_MAGIC) return NVENC_INVALID_PARAM;       \
    int failed_ = called((session)->device, function);                                     \
    if (failed_) return said_of(session, failed_, "the scenario says so of " function);    \
  } while (0)

static int said_of(struct session *s, int code, const char *text) {
  snprintf(s->error, sizeof s->error, "%s", text);
  return code;
}

static const char *last_error(struct session *s) {
  return s && s->magic == SESSION_MAGIC ? s->error : "";
}

/* What the device can do: DEVICE encode CODEC-GUID, and DEVICE CODEC/NUMBER VALUE. */

static void guid_text(GUID guid, char *out) {
  sprintf(out, "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x", guid.Data1, guid.Data2, guid.Data3, guid.Data4[0],
          guid.Data4[1], guid.Data4[2], guid.Data4[3], guid.Data4[4], guid.Data4[5], guid.Data4[6], guid.Data4[7]);
}

struct guid_list {
  GUID *out;
  uint32_t room;
};

static void take_guid(void *to, int index, const char *words) {
  struct guid_list *list = to;
  unsigned a, b, c, d[8];
  if (!list->out || (uint32_t)index >= list->room ||
      sscanf(words, "%8x-%4x-%4x-%2x%2x-%2x%2x%2x%2x%2x%2x", &a, &b, &c, &d[0], &d[1], &d[2], &d[3], &d[4], &d[5],
             &d[6], &d[7]) != 11)
    return;
  GUID guid = {a, (uint16_t)b, (uint16_t)c, {0}};
  for (int i = 0; i < 8; i++) guid.Data4[i] = (uint8_t)d[i];
  list->out[index] = guid;
}

static int guids(int device, const char *key, GUID *out, uint32_t room, uint32_t *count) {
  struct guid_list list = {out, room};
  *count = (uint32_t)each_said(device, key, take_guid, &list);
  return 0;
}

static int codec_guids(void *session, GUID *out, uint32_t room, uint32_t *count) {
  struct session *s = session;
  SESSION(s, "nvEncGetEncodeGUIDs");
  return guids(s->device, "encode", out, room, count);
}

static int codec_count(void *session, uint32_t *count) {
  struct session *s = session;
  SESSION(s, "nvEncGetEncodeGUIDCount");
  return guids(s->device, "encode", NULL, 0, count);
}

static int profile_guids(void *session, GUID codec, GUID *out, uint32_t room, uint32_t *count) {
  struct session *s = session;
  char key[SCRIPT_WORD];
  SESSION(s, "nvEncGetEncodeProfileGUIDs");
  guid_text(codec, key);
  strcat(key, "/profile");
  return guids(s->device, key, out, room, count);
}

static int profile_count(void *session, GUID codec, uint32_t *count) {
  return profile_guids(session, codec, NULL, 0, count);
}

static const GUID presets[] = {
    {0xfc0a8d3e, 0x45f8, 0x4cf8, {0x80, 0xc7, 0x29, 0x88, 0x71, 0x59, 0x0e, 0xbf}},
    {0xf581cfb8, 0x88d6, 0x4381, {0x93, 0xf0, 0xdf, 0x13, 0xf9, 0xc2, 0x7d, 0xab}},
    {0x36850110, 0x3a07, 0x441f, {0x94, 0xd5, 0x36, 0x70, 0x63, 0x1f, 0x91, 0xf6}},
    {0x90a7b826, 0xdf06, 0x4862, {0xb9, 0xd2, 0xcd, 0x6d, 0x73, 0xa0, 0x86, 0x81}},
    {0x21c6e6b4, 0x297a, 0x4cba, {0x99, 0x8f, 0xb6, 0xcb, 0xde, 0x72, 0xad, 0xe3}},
    {0x8e75c279, 0x6299, 0x4ab6, {0x83, 0x02, 0x0b, 0x21, 0x5a, 0x33, 0x5c, 0xf5}},
    {0x84848c12, 0x6f71, 0x4c13, {0x93, 0x1b, 0x53, 0xe2, 0x83, 0xf5, 0x79, 0x74}},
};
#define PRESETS (sizeof presets / sizeof *presets)

/* From 1 to 7; 0 for another. */
static int preset_number(GUID preset) {
  for (size_t i = 0; i < PRESETS; i++)
    if (memcmp(&presets[i], &preset, sizeof preset) == 0) return (int)i + 1;
  return 0;
}

static int preset_count(void *session, GUID codec, uint32_t *count) {
  (void)session, (void)codec;
  *count = PRESETS;
  return 0;
}

static int preset_guids(void *session, GUID codec, GUID *out, uint32_t room, uint32_t *count) {
  (void)session, (void)codec;
  *count = room < PRESETS ? room : PRESETS;
  memcpy(out, presets, *count * sizeof *out);
  return 0;
}

static const uint32_t formats[] = {FORMAT_YV12,      FORMAT_NV12, FORMAT_IYUV, FORMAT_YUV444,
                                   FORMAT_YUV420_10, FORMAT_YUV444_10, FORMAT_ARGB, FORMAT_ABGR};
#define FORMATS (sizeof formats / sizeof *formats)

static int format_count(void *session, GUID codec, uint32_t *count) {
  (void)session, (void)codec;
  *count = FORMATS;
  return 0;
}

static int format_list(void *session, GUID codec, uint32_t *out, uint32_t room, uint32_t *count) {
  (void)session, (void)codec;
  *count = room < FORMATS ? room : FORMATS;
  memcpy(out, formats, *count * sizeof *out);
  return 0;
}

static uint32_t newest(void) {
  const char *found = said(SYSTEM, "nvenc");
  int major = 13, minor = 0;
  if (found) sscanf(found, "%d.%d", &major, &minor);
  return (uint32_t)major << 4 | (uint32_t)minor;
}

static int knows(uint32_t word, int number) {
  uint32_t api = word & 0x0f00ffff;
  uint32_t version = (api & 0xff) << 4 | (api >> 24);
  return version <= newest() && word == NVENC_VERSION_WORD(api, number);
}

/* The layouts of what an encoder is set up with are those of API 13.0. */
static int is_13_0(uint32_t word, uint32_t number) {
  return newest() >= 13 << 4 && (word & 0x7fffffff) == NVENC_VERSION_WORD(API_13_0, number);
}

static const char *cap_said(int device, GUID codec, uint32_t number) {
  char key[SCRIPT_WORD];
  guid_text(codec, key);
  sprintf(key + strlen(key), "/%u", number);
  return said(device, key);
}

static long cap(const struct session *s, uint32_t number, long otherwise) {
  const char *found = cap_said(s->device, s->init.encodeGUID, number);
  return found ? atol(found) : otherwise;
}

static int caps(void *session, GUID codec, NV_ENC_CAPS_PARAM *asked, int *value) {
  struct session *s = session;
  SESSION(s, "nvEncGetEncodeCaps");
  if (!knows(asked->version, 1)) return NVENC_INVALID_VERSION;
  const char *found = cap_said(s->device, codec, asked->capsToQuery);
  if (!found) return NVENC_INVALID_PARAM;
  *value = atoi(found);
  return 0;
}

/* Sessions: "system sessions COUNT [CODE]" is the limit of all GPUs and processes together. */

static int open_session(NV_ENC_OPEN_ENCODE_SESSION_EX_PARAMS *parameters, void **out) {
  *out = NULL;
  if (!knows(parameters->version, 1)) return NVENC_INVALID_VERSION;
  int device = device_of_context(parameters->device);
  if (parameters->deviceType != 1 || device < 0) return NVENC_INVALID_DEVICE;
  int failed = called(device, "nvEncOpenEncodeSessionEx");
  if (failed) return failed;
  struct session *s = calloc(1, sizeof *s);
  s->magic = SESSION_MAGIC;
  s->device = device;
  const char *limited = said(SYSTEM, "sessions");
  int limit = -1, code = NVENC_OUT_OF_MEMORY;
  if (limited) sscanf(limited, "%d %d", &limit, &code);
  if (!session_begin(device, limit, &s->slot, &s->id)) {
    failed = code;
    tell(device, "a session is refused with %d", failed);
    free(s);
    return failed;
  }
  *out = s;
  return 0;
}

static void drop(struct output *output) {
  free(output->coded.data);
  memset(output, 0, sizeof *output);
}

/* It works for a lost device too: what is in this process is freed. */
static int destroy(void *session) {
  struct session *s = session;
  if (!s || s->magic != SESSION_MAGIC) return NVENC_INVALID_PARAM;
  if (s->initialized)
    tell(s->device, "session %u ends after %lld pictures", s->id, (long long)s->sent);
  session_end(s->slot, s->id);
  device_charge(s->device, -s->charged);
  encoder_close(s->encoder);
  for (int i = 0; i < MAX_PENDING; i++) free(s->submitted[i].extra);
  s->magic = 0;
  free(s);
  return 0;
}

/* Presets. The numbers are the lab's own where NVIDIA publishes none. */

static int preset_config_ex(void *session, GUID codec, GUID preset, uint32_t tuning, NV_ENC_PRESET_CONFIG *out) {
  struct session *s = session;
  SESSION(s, "nvEncGetEncodePresetConfigEx");
  int number = preset_number(preset);
  if (!is_13_0(out->version, 5)) return said_of(s, NVENC_INVALID_VERSION, "NV_ENC_PRESET_CONFIG is not of API 13.0");
  if (!number) return said_of(s, NVENC_UNSUPPORTED_PARAM, "no such preset");
  NV_ENC_CONFIG *c = &out->presetCfg;
  uint32_t version = c->version;
  memset(c, 0, sizeof *c);
  c->version = version;
  c->gopLength = tuning == 2 || tuning == 3 ? 0xffffffffu : 250;
  c->frameIntervalP = (tuning == 1 || tuning == 5) && number >= 4 ? 3 : 1;
  c->frameFieldMode = 1;
  c->rcParams.version = NVENC_VERSION_WORD(API_13_0, 1);
  c->rcParams.rateControlMode = tuning == 4 ? RC_CONST_QP : RC_VBR;
  if (codec.Data1 == CODEC_H264) {
    c->encodeCodecConfig.h264Config.chromaFormatIDC = 1;
    c->encodeCodecConfig.h264Config.inputBitDepth = c->encodeCodecConfig.h264Config.outputBitDepth = 8;
    c->encodeCodecConfig.h264Config.idrPeriod = c->gopLength;
  } else if (codec.Data1 == CODEC_HEVC) {
    c->encodeCodecConfig.hevcConfig.chromaFormatIDC = 1;
    c->encodeCodecConfig.hevcConfig.inputBitDepth = c->encodeCodecConfig.hevcConfig.outputBitDepth = 8;
    c->encodeCodecConfig.hevcConfig.idrPeriod = c->gopLength;
  }
  return 0;
}

static int preset_config(void *session, GUID codec, GUID preset, NV_ENC_PRESET_CONFIG *out) {
  return preset_config_ex(session, codec, preset, 1, out);
}

/* Initialisation. */

static int refused(struct session *s) {
  const NV_ENC_INITIALIZE_PARAMS *i = &s->init;
  const NV_ENC_CODEC_CONFIG *codec = &s->config.encodeCodecConfig;
  int hevc = i->encodeGUID.Data1 == CODEC_HEVC;
  uint32_t chroma = hevc ? codec->hevcConfig.chromaFormatIDC : codec->h264Config.chromaFormatIDC;
  uint32_t bits = hevc ? codec->hevcConfig.outputBitDepth : codec->h264Config.outputBitDepth;
  char text[64];
  guid_text(i->encodeGUID, text);
  if (!i->frameRateNum || !i->encodeWidth || !i->encodeHeight)
    return said_of(s, NVENC_INVALID_PARAM, "no frame rate or no size");
  if ((long)i->encodeWidth < cap(s, 45, 1) || (long)i->encodeHeight < cap(s, 46, 1))
    return said_of(s, NVENC_INVALID_PARAM, "smaller than WIDTH_MIN or HEIGHT_MIN");
  if ((long)i->encodeWidth > cap(s, 16, 8192) || (long)i->encodeHeight > cap(s, 17, 8192))
    return said_of(s, NVENC_INVALID_PARAM, "larger than WIDTH_MAX or HEIGHT_MAX");
  if (s->config.frameIntervalP - 1 > cap(s, 0, 4))
    return said_of(s, NVENC_INVALID_PARAM, "more B-frames than NUM_MAX_BFRAMES");
  if (chroma == 3 && !cap(s, 33, 0)) return said_of(s, NVENC_UNSUPPORTED_PARAM, "no SUPPORT_YUV444_ENCODE");
  if (bits == 10 && !cap(s, 39, 0)) return said_of(s, NVENC_UNSUPPORTED_PARAM, "no SUPPORT_10BIT_ENCODE");
  return 0;
}

static int global_header(const struct session *s) {
  const NV_ENC_CODEC_CONFIG *codec = &s->config.encodeCodecConfig;
  return s->init.encodeGUID.Data1 == CODEC_HEVC ? codec->hevcConfig.disableSPSPPS : codec->h264Config.disableSPSPPS;
}

static int start(struct session *s) {
  if (s->encoder) return 0;
  s->taken_before = s->taken;
  s->since_first = -1;
  return encoder_open(&s->encoder, &s->init, global_header(s), s->error, sizeof s->error);
}

static int initialize(void *session, NV_ENC_INITIALIZE_PARAMS *parameters) {
  struct session *s = session;
  SESSION(s, "nvEncInitializeEncoder");
  if (!is_13_0(parameters->version, 7) || !parameters->encodeConfig || !is_13_0(parameters->encodeConfig->version, 9))
    return said_of(s, NVENC_INVALID_VERSION, "the parameters are not of API 13.0");
  s->init = *parameters;
  s->config = *parameters->encodeConfig;
  s->init.encodeConfig = &s->config;
  received_session(s->id, s->device, &s->init);
  int failed = refused(s);
  if (failed) return failed;
  int64_t cost = (int64_t)number_said(s->device, "session", 0);
  if (!device_charge(s->device, cost)) {
    tell(s->device, "there is no memory for session %u", s->id);
    return said_of(s, NVENC_OUT_OF_MEMORY, "no memory for a session");
  }
  s->charged += cost;
  failed = start(s);
  if (failed) return failed;
  s->initialized = 1;
  uint32_t codec = s->init.encodeGUID.Data1;
  session_shape(s->slot, codec == CODEC_H264 ? 0 : codec == CODEC_HEVC ? 1 : 2, (int)s->init.encodeWidth,
                (int)s->init.encodeHeight);
  tell(s->device, "session %u begins: %s %ux%u", s->id, s->init.encodeGUID.Data1 == CODEC_HEVC ? "hevc" : "h264",
       s->init.encodeWidth, s->init.encodeHeight);
  return 0;
}

/* Buffers. */

static uint64_t rows(uint32_t format, uint32_t height) {
  switch (format) {
    case FORMAT_YUV444:
    case FORMAT_YUV444_10: return 3ull * height;
    case FORMAT_NV16:
    case FORMAT_P210: return 2ull * height;
    case FORMAT_ARGB:
    case FORMAT_ABGR: return height;
    default: return height + (height + 1ull) / 2;
  }
}

static size_t row_bytes(uint32_t format, uint32_t width) {
  switch (format) {
    case FORMAT_YUV420_10:
    case FORMAT_YUV444_10:
    case FORMAT_P210: return 2ull * width;
    case FORMAT_ARGB:
    case FORMAT_ABGR: return 4ull * width;
    default: return width;
  }
}

static int create_input(void *session, NV_ENC_CREATE_INPUT_BUFFER *p) {
  struct session *s = session;
  SESSION(s, "nvEncCreateInputBuffer");
  struct buffer *b = calloc(1, sizeof *b);
  *b = (struct buffer){NULL, 0, p->width, p->height, p->bufferFmt};
  b->pitch = (row_bytes(p->bufferFmt, p->width) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  b->at = device_alloc(s->device, b->pitch * rows(p->bufferFmt, p->height));
  if (!b->at) {
    free(b);
    return said_of(s, NVENC_OUT_OF_MEMORY, "no memory for an input buffer");
  }
  p->inputBuffer = b;
  return 0;
}

static int destroy_input(void *session, void *buffer) {
  struct buffer *b = buffer;
  (void)session;
  if (!b) return NVENC_INVALID_PARAM;
  device_free(b->at);
  free(b);
  return 0;
}

static int lock_input(void *session, NV_ENC_LOCK_INPUT_BUFFER *p) {
  struct session *s = session;
  SESSION(s, "nvEncLockInputBuffer");
  struct buffer *b = p->inputBuffer;
  p->bufferDataPtr = b->at;
  p->pitch = (uint32_t)b->pitch;
  return 0;
}

static int unlock_input(void *session, void *buffer) {
  struct session *s = session;
  (void)buffer;
  SESSION(s, "nvEncUnlockInputBuffer");
  return 0;
}

static int create_output(void *session, NV_ENC_CREATE_BITSTREAM_BUFFER *p) {
  struct session *s = session;
  SESSION(s, "nvEncCreateBitstreamBuffer");
  p->bitstreamBuffer = calloc(1, sizeof(struct output));
  return 0;
}

static int destroy_output(void *session, void *buffer) {
  (void)session;
  if (!buffer) return NVENC_INVALID_PARAM;
  drop(buffer);
  free(buffer);
  return 0;
}

static int register_resource(void *session, NV_ENC_REGISTER_RESOURCE *p) {
  struct session *s = session;
  SESSION(s, "nvEncRegisterResource");
  if (p->resourceType != 1) return said_of(s, NVENC_UNIMPLEMENTED, "the lab registers CUDA device pointers only");
  struct buffer *b = calloc(1, sizeof *b);
  *b = (struct buffer){p->resourceToRegister, p->pitch, p->width, p->height, p->bufferFormat};
  p->registeredResource = b;
  return 0;
}

static int unregister_resource(void *session, void *resource) {
  (void)session;
  free(resource);
  return 0;
}

static int map_resource(void *session, NV_ENC_MAP_INPUT_RESOURCE *p) {
  struct session *s = session;
  SESSION(s, "nvEncMapInputResource");
  struct buffer *b = p->registeredResource;
  p->mappedResource = b;
  p->mappedBufferFmt = b->format;
  return 0;
}

static int unmap_resource(void *session, void *resource) {
  struct session *s = session;
  (void)resource;
  SESSION(s, "nvEncUnmapInputResource");
  return 0;
}

static int set_streams(void *session, void *input, void *output) {
  struct session *s = session;
  (void)input, (void)output;
  SESSION(s, "nvEncSetIOCudaStreams");
  return 0;
}

/* The bitstream: without what x264 says of itself, with the messages that came with the picture. */

static size_t next_start(const uint8_t *at, size_t from, size_t size) {
  for (size_t i = from; i + 3 <= size; i++)
    if (!at[i] && !at[i + 1] && at[i + 2] == 1) return i && !at[i - 1] && i > from ? i - 1 : i;
  return size;
}

static int unit_type(const struct session *s, const uint8_t *at, size_t *header) {
  size_t start = at[2] == 1 ? 3 : 4;
  *header = start + (s->init.encodeGUID.Data1 == CODEC_HEVC ? 2 : 1);
  return s->init.encodeGUID.Data1 == CODEC_HEVC ? at[start] >> 1 & 0x3f : at[start] & 0x1f;
}

static int is_picture(const struct session *s, int type) {
  return s->init.encodeGUID.Data1 == CODEC_HEVC ? type < 32 : type >= 1 && type <= 5;
}

static int is_message(const struct session *s, int type) {
  return s->init.encodeGUID.Data1 == CODEC_HEVC ? type == 39 : type == 6;
}

static int is_set(const struct session *s, int type) {
  return s->init.encodeGUID.Data1 == CODEC_HEVC ? type >= 32 && type <= 34 : type == 7 || type == 8;
}

/* Copies the units of one kind, or those that are no message of the encoder's own. */
static size_t sieve(const struct session *s, const uint8_t *from, size_t size, uint8_t *to, int sets_only,
                    const struct submitted *with) {
  size_t used = 0, unit = next_start(from, 0, size), header;
  int inserted = !with || !with->extra;
  while (unit < size) {
    size_t end = next_start(from, unit + 3, size);
    int type = unit_type(s, from + unit, &header);
    int own = is_message(s, type) && unit + header < end && from[unit + header] == 5;
    if (!inserted && is_picture(s, type)) {
      memcpy(to + used, with->extra, with->extra_size);
      used += with->extra_size;
      inserted = 1;
    }
    if (sets_only ? is_set(s, type) : !own) {
      memcpy(to + used, from + unit, end - unit);
      used += end - unit;
    }
    unit = end;
  }
  return used;
}

static void escaped(struct submitted *to, uint8_t byte, int *zeros) {
  if (*zeros >= 2 && byte <= 3) {
    to->extra[to->extra_size++] = 3;
    *zeros = 0;
  }
  to->extra[to->extra_size++] = byte;
  *zeros = byte ? 0 : *zeros + 1;
}

static void message(struct submitted *to, int hevc, const NV_ENC_SEI_PAYLOAD *payload) {
  static const uint8_t h264_start[] = {0, 0, 0, 1, 6}, hevc_start[] = {0, 0, 0, 1, 39 << 1, 1};
  size_t start = hevc ? sizeof hevc_start : sizeof h264_start;
  int zeros = 0;
  to->extra = realloc(to->extra, to->extra_size + 2 * payload->payloadSize + 64);
  memcpy(to->extra + to->extra_size, hevc ? hevc_start : h264_start, start);
  to->extra_size += start;
  escaped(to, (uint8_t)payload->payloadType, &zeros);
  uint32_t size = payload->payloadSize;
  for (; size >= 255; size -= 255) escaped(to, 255, &zeros);
  escaped(to, (uint8_t)size, &zeros);
  for (uint32_t i = 0; i < payload->payloadSize; i++) escaped(to, payload->payload[i], &zeros);
  to->extra[to->extra_size++] = 0x80;
}

/* What NVENC says of the screen and the light: the fields of the messages of HEVC, in their order. */

static size_t big_endian(uint8_t *to, uint32_t value, int bytes) {
  for (int i = 0; i < bytes; i++) to[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
  return (size_t)bytes;
}

static void light(const struct session *s, struct submitted *to, const NV_ENC_PIC_PARAMS_HEVC *p) {
  const NV_ENC_CONFIG_HEVC *config = &s->config.encodeCodecConfig.hevcConfig;
  uint8_t bytes[24];
  size_t used = 0;
  if (config->outputMasteringDisplay && p->pMasteringDisplay) {
    const uint16_t *points = p->pMasteringDisplay;
    const uint32_t *luma = (const uint32_t *)(points + 8);
    for (int i = 0; i < 8; i++) used += big_endian(bytes + used, points[i], 2);
    for (int i = 0; i < 2; i++) used += big_endian(bytes + used, luma[i], 4);
    NV_ENC_SEI_PAYLOAD display = {.payloadSize = (uint32_t)used, .payloadType = 137, .payload = bytes};
    message(to, 1, &display);
  }
  if (config->outputMaxCll && p->pMaxCll) {
    const uint16_t *levels = p->pMaxCll;
    used = big_endian(bytes, levels[0], 2);
    used += big_endian(bytes + used, levels[1], 2);
    NV_ENC_SEI_PAYLOAD most = {.payloadSize = (uint32_t)used, .payloadType = 144, .payload = bytes};
    message(to, 1, &most);
  }
}

static void messages(const struct session *s, struct submitted *to, const NV_ENC_PIC_PARAMS *p) {
  int hevc = s->init.encodeGUID.Data1 == CODEC_HEVC;
  const NV_ENC_PIC_PARAMS_H264 *h264 = &p->codecPicParams.h264PicParams;
  const NV_ENC_PIC_PARAMS_HEVC *h265 = &p->codecPicParams.hevcPicParams;
  uint32_t count = hevc ? h265->seiPayloadArrayCnt : h264->seiPayloadArrayCnt;
  const NV_ENC_SEI_PAYLOAD *list = hevc ? h265->seiPayloadArray : h264->seiPayloadArray;
  if (hevc) light(s, to, h265);
  for (uint32_t i = 0; i < count; i++) message(to, hevc, &list[i]);
}

/* Encoding. Outputs are filled in the order in which they were given, as pictures come out. */

static void take_all(struct session *s) {
  struct coded coded;
  while (s->taken < s->awaited && encoder_take(s->encoder, &coded)) {
    struct output *output = s->pending[s->taken++ % MAX_PENDING];
    struct submitted *of = &s->submitted[coded.serial % MAX_PENDING];
    drop(output);
    output->coded = coded;
    output->coded.data = malloc(coded.size + of->extra_size + 1);
    output->coded.size = sieve(s, coded.data, coded.size, output->coded.data, 0, of);
    free(coded.data);
    if (of->flags & PIC_FORCE_INTRA && coded.type == TYPE_IDR && coded.serial) output->coded.type = TYPE_I;
    output->timestamp = of->timestamp;
    output->duration = of->duration;
    output->frame = of->frame;
    output->done_ns = of->done_ns;
    output->full = 1;
    free(of->extra);
    of->extra = NULL;
    of->extra_size = 0;
  }
}

static void finish(struct session *s) {
  if (!s->encoder) return;
  encoder_end(s->encoder);
  take_all(s);
  encoder_close(s->encoder);
  s->encoder = NULL;
}

/* With B-frames nothing is ready before the first picture came out of the encoder, and then once in each group. */
static int ready(struct session *s) {
  int interval = s->config.frameIntervalP > 1 ? s->config.frameIntervalP : 1;
  if (s->taken == s->taken_before) return 0;
  return ++s->since_first % interval == 0;
}

static int encode(void *session, NV_ENC_PIC_PARAMS *p) {
  struct session *s = session;
  SESSION(s, "nvEncEncodePicture");
  if (!s->initialized) return said_of(s, NVENC_NOT_INITIALIZED, "no encoder was initialised");
  received_picture(s->id, p);
  if (p->encodePicFlags & PIC_EOS) {
    finish(s);
    return 0;
  }
  struct buffer *b = p->inputBuffer;
  if (!b || !p->outputBitstream) return said_of(s, NVENC_INVALID_PARAM, "no input or no output");
  if (s->awaited - s->taken >= MAX_PENDING) return said_of(s, NVENC_INVALID_CALL, "too many pictures at once");
  int failed = start(s);
  if (failed) return failed;
  int64_t sent = now_ns();
  int intra = s->forced || p->encodePicFlags & (PIC_FORCE_IDR | PIC_FORCE_INTRA);
  struct submitted *of = &s->submitted[s->sent % MAX_PENDING];
  *of = (struct submitted){p->inputTimeStamp, p->inputDuration, p->frameIdx, p->encodePicFlags, sent, 0, NULL, 0};
  if (s->forced) of->flags |= PIC_FORCE_IDR, of->flags &= ~(uint32_t)PIC_FORCE_INTRA;
  messages(s, of, p);
  failed = encoder_send(s->encoder, b->at, b->format, p->inputPitch ? p->inputPitch : b->pitch, b->height, s->sent,
                        intra);
  if (failed) return said_of(s, failed, "the encoder of the lab did not take the picture");
  s->forced = 0;
  s->sent++;
  s->pending[s->awaited++ % MAX_PENDING] = p->outputBitstream;
  ((struct output *)p->outputBitstream)->full = 0;
  of->done_ns = session_picture(s->device, s->slot, (int)cap(s, 49, 1), sent);
  take_all(s);
  return ready(s) ? 0 : NVENC_NEED_MORE_INPUT;
}

static int lock_bitstream(void *session, NV_ENC_LOCK_BITSTREAM *p) {
  struct session *s = session;
  SESSION(s, "nvEncLockBitstream");
  struct output *o = p->outputBitstream;
  if (!o) return NVENC_INVALID_PARAM;
  if (!o->full || (p->doNotWait && o->done_ns > now_ns())) return said_of(s, NVENC_LOCK_BUSY, "not encoded yet");
  wait_until(o->done_ns);
  p->bitstreamBufferPtr = o->coded.data;
  p->bitstreamSizeInBytes = (uint32_t)o->coded.size;
  p->outputTimeStamp = o->timestamp;
  p->outputDuration = o->duration;
  p->pictureType = (uint32_t)o->coded.type;
  p->pictureStruct = 1;
  p->frameIdx = o->frame;
  p->frameIdxDisplay = o->frame;
  p->frameAvgQP = (uint32_t)o->coded.qp;
  p->numSlices = 1;
  p->hwEncodeStatus = 2;
  return 0;
}

static int unlock_bitstream(void *session, void *buffer) {
  struct session *s = session;
  (void)buffer;
  SESSION(s, "nvEncUnlockBitstream");
  return 0;
}

static int sequence(void *session, NV_ENC_SEQUENCE_PARAM_PAYLOAD *p) {
  struct session *s = session;
  struct encoder *with_headers;
  uint8_t all[4 * MAX_SETS];
  SESSION(s, "nvEncGetSequenceParams");
  if (!s->initialized) return said_of(s, NVENC_NOT_INITIALIZED, "no encoder was initialised");
  if (!s->sets_size) {
    int failed = encoder_open(&with_headers, &s->init, 1, s->error, sizeof s->error);
    if (failed) return failed;
    size_t size = encoder_headers(with_headers, all, sizeof all);
    encoder_close(with_headers);
    s->sets_size = sieve(s, all, size, s->sets, 1, NULL);
  }
  if (s->sets_size > p->inBufferSize) return said_of(s, NVENC_NOT_ENOUGH_BUFFER, "the buffer is too small");
  memcpy(p->spsppsBuffer, s->sets, s->sets_size);
  *p->outSPSPPSPayloadSize = (uint32_t)s->sets_size;
  return 0;
}

/* The rates alone: what has gone in comes out as it was, and the next picture is an IDR. */
static int reconfigure(void *session, NV_ENC_RECONFIGURE_PARAMS *p) {
  struct session *s = session;
  SESSION(s, "nvEncReconfigureEncoder");
  if (!is_13_0(p->version, 2)) return said_of(s, NVENC_INVALID_VERSION, "the parameters are not of API 13.0");
  received_rates(s->id, p);
  const NV_ENC_INITIALIZE_PARAMS *to = &p->reInitEncodeParams;
  if (to->encodeWidth != s->init.encodeWidth || to->encodeHeight != s->init.encodeHeight)
    return said_of(s, NVENC_UNSUPPORTED_PARAM, "the lab does not change the size");
  s->init.darWidth = to->darWidth;
  s->init.darHeight = to->darHeight;
  if (to->encodeConfig) s->config.rcParams = to->encodeConfig->rcParams;
  if (p->resetEncoder) finish(s);
  s->forced = p->resetEncoder || p->forceIDR;
  return 0;
}

int NvEncodeAPIGetMaxSupportedVersion(uint32_t *version) {
  *version = newest();
  return code_of(SYSTEM, "NvEncodeAPIGetMaxSupportedVersion");
}

int NvEncodeAPICreateInstance(NV_ENCODE_API_FUNCTION_LIST *list) {
  int failed = code_of(SYSTEM, "NvEncodeAPICreateInstance");
  if (failed) return failed;
  if (!knows(list->version, 2)) return NVENC_INVALID_VERSION;
  list->nvEncGetEncodeGUIDCount = codec_count;
  list->nvEncGetEncodeGUIDs = codec_guids;
  list->nvEncGetEncodeProfileGUIDCount = profile_count;
  list->nvEncGetEncodeProfileGUIDs = profile_guids;
  list->nvEncGetInputFormatCount = format_count;
  list->nvEncGetInputFormats = format_list;
  list->nvEncGetEncodeCaps = caps;
  list->nvEncGetEncodePresetCount = preset_count;
  list->nvEncGetEncodePresetGUIDs = preset_guids;
  list->nvEncGetEncodePresetConfig = preset_config;
  list->nvEncGetEncodePresetConfigEx = preset_config_ex;
  list->nvEncInitializeEncoder = initialize;
  list->nvEncCreateInputBuffer = create_input;
  list->nvEncDestroyInputBuffer = destroy_input;
  list->nvEncCreateBitstreamBuffer = create_output;
  list->nvEncDestroyBitstreamBuffer = destroy_output;
  list->nvEncEncodePicture = encode;
  list->nvEncLockBitstream = lock_bitstream;
  list->nvEncUnlockBitstream = unlock_bitstream;
  list->nvEncLockInputBuffer = lock_input;
  list->nvEncUnlockInputBuffer = unlock_input;
  list->nvEncGetSequenceParams = sequence;
  list->nvEncMapInputResource = map_resource;
  list->nvEncUnmapInputResource = unmap_resource;
  list->nvEncRegisterResource = register_resource;
  list->nvEncUnregisterResource = unregister_resource;
  list->nvEncReconfigureEncoder = reconfigure;
  list->nvEncGetLastErrorString = (const char *(*)(void *))last_error;
  list->nvEncSetIOCudaStreams = set_streams;
  list->nvEncDestroyEncoder = destroy;
  list->nvEncOpenEncodeSessionEx = open_session;
  return 0;
}
