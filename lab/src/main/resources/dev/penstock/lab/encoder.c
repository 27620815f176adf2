/* Encodes with libx264 and libx265 of the FFmpeg that is in this process. */
#include "libav.h"

#include <math.h>
#include <stdarg.h>

struct encoder {
  void *context;
  struct av_frame *frame;
  struct av_packet *packet;
  int chroma, depth, width, height, hevc;
};

/* What is asked of NVENC, said to x264 and x265. */

static void set(struct encoder *e, const char *name, const char *format, ...) {
  char value[512];
  va_list list;
  va_start(list, format);
  vsnprintf(value, sizeof value, format, list);
  va_end(list);
  av.av_opt_set(e->context, name, value, SEARCH_CHILDREN);
}

static double ratio(double qp, double other) {
  return pow(2, (other - qp) / 6);
}

static void add(char *list, const char *format, ...) {
  size_t used = strlen(list);
  va_list arguments;
  if (used) list[used++] = ':';
  va_start(arguments, format);
  vsnprintf(list + used, 480 - used, format, arguments);
  va_end(arguments);
}

static void const_qp(struct encoder *e, const NV_ENC_INITIALIZE_PARAMS *init, char *private) {
  const NV_ENC_QP *qp = &init->encodeConfig->rcParams.constQP;
  int lossless = init->tuningInfo == 4 && !qp->qpInterP && !qp->qpIntra;
  /* Of 8 bit, x264 takes a quantiser of 0 for lossless, and NVENC does not. */
  int inter = lossless || qp->qpInterP ? (int)qp->qpInterP : 1;
  if (lossless && e->hevc) add(private, "lossless=1");
  else set(e, "qp", "%d", inter);
  add(private, "ipratio=%.4f", ratio(qp->qpIntra, qp->qpInterP));
  add(private, "pbratio=%.4f", ratio(qp->qpInterP, qp->qpInterB));
}

static void rates(struct encoder *e, const NV_ENC_INITIALIZE_PARAMS *init, char *private) {
  const NV_ENC_RC_PARAMS *rc = &init->encodeConfig->rcParams;
  int64_t most = rc->rateControlMode == RC_CBR ? rc->averageBitRate : rc->maxBitRate;
  double quality = rc->targetQuality + rc->targetQualityLSB / 256.0;
  if (rc->rateControlMode == RC_CONST_QP) {
    const_qp(e, init, private);
    return;
  }
  if (rc->averageBitRate) set(e, "b", "%u", rc->averageBitRate);
  else set(e, "crf", "%.3f", quality > 0 ? quality : 23);
  if (most) {
    set(e, "maxrate", "%lld", (long long)most);
    set(e, "bufsize", "%lld", (long long)(rc->vbvBufferSize ? rc->vbvBufferSize : 2 * most));
  }
  if (rc->enableMinQP) set(e, "qmin", "%u", rc->minQP.qpInterP);
  if (rc->enableMaxQP) set(e, "qmax", "%u", rc->maxQP.qpInterP);
}

static const char *preset(const GUID *guid) {
  switch (guid->Data1) {
    case 0xfc0a8d3e:
    case 0xf581cfb8:
    case 0x36850110: return "ultrafast";
    case 0x90a7b826:
    case 0x21c6e6b4: return "superfast";
    default: return "veryfast";
  }
}

static void profile(struct encoder *e, const GUID *guid) {
  if (e->hevc) {
    if (guid->Data1 == 0xb514c39a) set(e, "profile", "main");
    if (guid->Data1 == 0xfa4d2b6c) set(e, "profile", "main10");
    return;
  }
  if (guid->Data1 == 0x0727bcaa) set(e, "profile", "baseline");
  if (guid->Data1 == 0x60b5c1d4) set(e, "profile", "main");
  if (guid->Data1 == 0xe7cbc309) set(e, "profile", "high");
  if (guid->Data1 == 0x8f0c337e) set(e, "profile", "high10");
}

static int frames_between(int interval) {
  return interval > 1 ? interval - 1 : 0;
}

static long keys(uint32_t length) {
  return length > 0 && length < 0x40000000 ? (long)length : 0x40000000;
}

static void x264(struct encoder *e, const NV_ENC_CONFIG *config, char *private) {
  const NV_ENC_CONFIG_H264 *h264 = &config->encodeCodecConfig.h264Config;
  /* Without what looks ahead: a picture comes out as soon as it can. */
  add(private, "rc-lookahead=0:sync-lookahead=0:mbtree=0:scenecut=0:b-adapt=0:force-cfr=1:sliced-threads=0");
  add(private, "bframes=%d:b-pyramid=%s", frames_between(config->frameIntervalP),
      h264->useBFramesAsRef ? "normal" : "none");
  add(private, "keyint=%ld:min-keyint=1:aud=%d", keys(h264->idrPeriod), h264->outputAUD);
  if (h264->sliceMode == 3 && h264->sliceModeData > 1) add(private, "slices=%u", h264->sliceModeData);
  if (h264->entropyCodingMode == 2) add(private, "cabac=0");
  if (h264->level) set(e, "level", "%u.%u", h264->level / 10, h264->level % 10);
  set(e, "x264-params", "%s", private);
}

static void x265(struct encoder *e, const NV_ENC_CONFIG *config, char *private) {
  const NV_ENC_CONFIG_HEVC *hevc = &config->encodeCodecConfig.hevcConfig;
  long length = keys(hevc->idrPeriod);
  add(private, "log-level=none:info=0:pools=none:frame-threads=1:wpp=0:scenecut=0:b-adapt=0:cutree=0:open-gop=0");
  add(private, "bframes=%d:b-pyramid=%d", frames_between(config->frameIntervalP), hevc->useBFramesAsRef != 0);
  /* With B-frames it must look one picture further than there are of them in a row. */
  add(private, "rc-lookahead=%d:lookahead-slices=0", config->frameIntervalP > 1 ? config->frameIntervalP : 0);
  add(private, "keyint=%ld:min-keyint=1:aud=%d", length == 0x40000000 ? -1 : length, hevc->outputAUD);
  if (hevc->level) add(private, "level-idc=%u.%u:high-tier=%u", hevc->level / 30, hevc->level % 30 / 3, hevc->tier);
  set(e, "x265-params", "%s", private);
}

static void colours(struct av_parameters *p, const NV_ENC_CONFIG_H264_VUI_PARAMETERS *vui) {
  p->range = vui->videoFullRangeFlag ? 2 : 1;
  p->primaries = vui->colourDescriptionPresentFlag ? (int)vui->colourPrimaries : 2;
  p->transfer = vui->colourDescriptionPresentFlag ? (int)vui->transferCharacteristics : 2;
  p->matrix = vui->colourDescriptionPresentFlag ? (int)vui->colourMatrix : 2;
}

static int pixel_format(const struct encoder *e) {
  char name[32];
  snprintf(name, sizeof name, "yuv%sp%s", e->chroma == 3 ? "444" : e->chroma == 2 ? "422" : "420",
           e->depth > 8 ? "10le" : "");
  return av.av_get_pix_fmt(name);
}

static void shape(struct encoder *e, const NV_ENC_INITIALIZE_PARAMS *init) {
  const NV_ENC_CODEC_CONFIG *codec = &init->encodeConfig->encodeCodecConfig;
  struct av_parameters *p = av.avcodec_parameters_alloc();
  p->type = 0;
  p->width = e->width;
  p->height = e->height;
  p->format = pixel_format(e);
  p->aspect[0] = (int)(init->darWidth * init->encodeHeight);
  p->aspect[1] = (int)(init->darHeight * init->encodeWidth);
  if (!p->aspect[1]) p->aspect[1] = 1;
  for (int a = p->aspect[0], b = p->aspect[1]; a > 0;) {
    int rest = b % a;
    b = a;
    a = rest;
    if (!a) p->aspect[0] /= b, p->aspect[1] /= b;
  }
  colours(p, e->hevc ? &codec->hevcConfig.hevcVUIParameters : &codec->h264Config.h264VUIParameters);
  av.avcodec_parameters_to_context(e->context, p);
  av.avcodec_parameters_free(&p);
}

static void configure(struct encoder *e, const NV_ENC_INITIALIZE_PARAMS *init, int with_global_header) {
  char private[512] = "";
  const NV_ENC_CONFIG *config = init->encodeConfig;
  /* Its messages are of no use to who asked NVENC. The field lies behind the pointer to the class. */
  ((int *)e->context)[2] = 100;
  shape(e, init);
  set(e, "time_base", "%u/%u", init->frameRateDen ? init->frameRateDen : 1, init->frameRateNum);
  set(e, "preset", "%s", preset(&init->presetGUID));
  set(e, "threads", "1");
  set(e, "forced-idr", "1");
  set(e, "bf", "%d", frames_between(config->frameIntervalP));
  set(e, "g", "%ld", keys(config->gopLength));
  if (with_global_header) set(e, "flags", "+global_header");
  rates(e, init, private);
  profile(e, &config->profileGUID);
  if (e->hevc) x265(e, config, private);
  else x264(e, config, private);
}

int encoder_open(struct encoder **out, const NV_ENC_INITIALIZE_PARAMS *init, int with_global_header, char *error,
                 size_t error_size) {
  const NV_ENC_CODEC_CONFIG *codec = &init->encodeConfig->encodeCodecConfig;
  int hevc = init->encodeGUID.Data1 == CODEC_HEVC;
  const char *name = hevc ? "libx265" : "libx264";
  if (init->encodeGUID.Data1 == CODEC_AV1) {
    snprintf(error, error_size, "the lab encodes H.264 and HEVC, and no AV1");
    return NVENC_UNSUPPORTED_PARAM;
  }
  if (!libav_load(error, error_size)) return NVENC_GENERIC;
  const void *of = av.avcodec_find_encoder_by_name(name);
  if (!of) {
    snprintf(error, error_size, "the lab encodes with %s, which this build of FFmpeg lacks", name);
    return NVENC_GENERIC;
  }
  struct encoder *e = calloc(1, sizeof *e);
  e->hevc = hevc;
  e->chroma = hevc ? (int)codec->hevcConfig.chromaFormatIDC : (int)codec->h264Config.chromaFormatIDC;
  e->depth = hevc ? (int)codec->hevcConfig.outputBitDepth : (int)codec->h264Config.outputBitDepth;
  e->width = (int)init->encodeWidth;
  e->height = (int)init->encodeHeight;
  e->context = av.avcodec_alloc_context3(of);
  e->frame = av.av_frame_alloc();
  e->packet = av.av_packet_alloc();
  configure(e, init, with_global_header);
  e->frame->width = e->width;
  e->frame->height = e->height;
  e->frame->format = pixel_format(e);
  int failed = av.avcodec_open2(e->context, of, NULL);
  if (failed < 0) {
    snprintf(error, error_size, "the lab's %s does not open: error %d", name, failed);
    encoder_close(e);
    return NVENC_INVALID_PARAM;
  }
  *out = e;
  return 0;
}

void encoder_close(struct encoder *e) {
  if (!e) return;
  av.avcodec_free_context(&e->context);
  av.av_frame_free(&e->frame);
  av.av_packet_free(&e->packet);
  free(e);
}

size_t encoder_headers(struct encoder *e, uint8_t *out, size_t room) {
  struct av_parameters *p = av.avcodec_parameters_alloc();
  av.avcodec_parameters_from_context(p, e->context);
  size_t size = p->extradata_size > 0 ? (size_t)p->extradata_size : 0;
  if (size > room) size = 0;
  memcpy(out, p->extradata, size);
  av.avcodec_parameters_free(&p);
  return size;
}

/* Pictures, from what NVENC takes to planes. */

struct planes {
  const uint8_t *at[3];
  size_t pitch[3];
  /* Between samples of a plane, and the bits that stand below a sample. */
  int step[3], bytes, shift;
};

static int planes_of(struct planes *p, const uint8_t *at, uint32_t format, size_t pitch, size_t height) {
  const uint8_t *second = at + pitch * height;
  *p = (struct planes){{at, second, NULL}, {pitch, pitch, pitch}, {1, 2, 2}, 1, 0};
  switch (format) {
    case FORMAT_YUV420_10:
    case FORMAT_P210:
      p->bytes = 2;
      p->shift = 6;
      p->at[2] = second + 2;
      return 1;
    case FORMAT_NV12:
    case FORMAT_NV16: p->at[2] = second + 1; return 1;
    case FORMAT_YV12:
    case FORMAT_IYUV: {
      const uint8_t *third = second + pitch / 2 * ((height + 1) / 2);
      p->at[1] = format == FORMAT_YV12 ? third : second;
      p->at[2] = format == FORMAT_YV12 ? second : third;
      p->pitch[1] = p->pitch[2] = pitch / 2;
      p->step[1] = p->step[2] = 1;
      return 1;
    }
    case FORMAT_YUV444_10: p->bytes = 2; p->shift = 6; /* fall through */
    case FORMAT_YUV444:
      p->at[2] = second + pitch * height;
      p->step[1] = p->step[2] = 1;
      return 1;
    default: return 0;
  }
}

static void plane(const struct encoder *e, const struct planes *from, int index, int width, int height) {
  uint8_t *to = e->frame->data[index];
  int wide = e->depth > 8;
  for (int y = 0; y < height; y++, to += e->frame->linesize[index]) {
    const uint8_t *row = from->at[index] + from->pitch[index] * (size_t)y;
    for (int x = 0; x < width; x++) {
      int sample = from->bytes == 1 ? row[x * from->step[index]] << 2 * wide
                                    : ((const uint16_t *)row)[x * from->step[index]] >> (from->shift + 2 * !wide);
      if (wide) ((uint16_t *)to)[x] = (uint16_t)sample;
      else to[x] = (uint8_t)sample;
    }
  }
}

static int clipped(double value, int depth) {
  int most = (1 << depth) - 1, rounded = (int)(value * (1 << (depth - 8)) + 0.5);
  return rounded < 0 ? 0 : rounded > most ? most : rounded;
}

static void put(const struct encoder *e, int index, int x, int y, int value) {
  uint8_t *row = e->frame->data[index] + e->frame->linesize[index] * y;
  if (e->depth > 8) ((uint16_t *)row)[x] = (uint16_t)value;
  else row[x] = (uint8_t)value;
}

/* BT.601 of limited range, as NVENC converts. */
static void rgb(const struct encoder *e, const uint8_t *at, size_t pitch, int red, int blue) {
  int across = e->chroma == 3 ? 1 : 2, down = e->chroma == 1 ? 2 : 1;
  for (int y = 0; y < e->height; y++) {
    for (int x = 0; x < e->width; x++) {
      const uint8_t *p = at + pitch * (size_t)y + 4 * x;
      double r = p[red], g = p[1], b = p[blue];
      put(e, 0, x, y, clipped(16 + 0.2568 * r + 0.5041 * g + 0.0979 * b, e->depth));
      if (x % across || y % down) continue;
      put(e, 1, x / across, y / down, clipped(128 - 0.1482 * r - 0.2910 * g + 0.4392 * b, e->depth));
      put(e, 2, x / across, y / down, clipped(128 + 0.4392 * r - 0.3678 * g - 0.0714 * b, e->depth));
    }
  }
}

static int fill(const struct encoder *e, const uint8_t *at, uint32_t format, size_t pitch, size_t height) {
  struct planes from;
  int across = e->chroma == 3 ? 1 : 2, down = e->chroma == 1 ? 2 : 1;
  if (format == FORMAT_ARGB || format == FORMAT_ABGR) {
    rgb(e, at, pitch, format == FORMAT_ARGB ? 2 : 0, format == FORMAT_ARGB ? 0 : 2);
    return 1;
  }
  if (!planes_of(&from, at, format, pitch, height)) return 0;
  plane(e, &from, 0, e->width, e->height);
  for (int i = 1; i < 3; i++)
    plane(e, &from, i, (e->width + across - 1) / across, (e->height + down - 1) / down);
  return 1;
}

int encoder_send(struct encoder *e, const uint8_t *picture, uint32_t format, size_t pitch, size_t height,
                 int64_t serial, int intra) {
  struct av_frame *frame = av.av_frame_alloc();
  frame->width = e->width;
  frame->height = e->height;
  frame->format = e->frame->format;
  av.av_frame_free(&e->frame);
  e->frame = frame;
  if (av.av_frame_get_buffer(frame, 0) < 0) return NVENC_OUT_OF_MEMORY;
  if (!fill(e, picture, format, pitch, height)) return NVENC_UNSUPPORTED_PARAM;
  frame->pts = serial;
  frame->type = intra ? TYPE_INTRA : 0;
  return av.avcodec_send_frame(e->context, frame) < 0 ? NVENC_GENERIC : 0;
}

void encoder_end(struct encoder *e) {
  av.avcodec_send_frame(e->context, NULL);
}

int encoder_take(struct encoder *e, struct coded *coded) {
  struct av_packet *packet = e->packet;
  if (av.avcodec_receive_packet(e->context, packet) < 0) return 0;
  size_t size = 0;
  const uint8_t *stats = av.av_packet_get_side_data(packet, QUALITY_STATS, &size);
  *coded = (struct coded){malloc((size_t)packet->size), (size_t)packet->size, packet->pts,
                          (packet->flags & FLAG_KEY) != 0, TYPE_P, 0};
  memcpy(coded->data, packet->data, coded->size);
  if (stats && size >= 8) {
    int quality;
    memcpy(&quality, stats, sizeof quality);
    coded->qp = (quality + QP_TO_LAMBDA / 2) / QP_TO_LAMBDA;
    coded->type = stats[4] == 3 ? TYPE_B : stats[4] == TYPE_INTRA ? TYPE_I : TYPE_P;
  }
  if (coded->key) coded->type = TYPE_IDR;
  av.av_packet_unref(packet);
  return 1;
}
