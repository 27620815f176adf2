/*
 * Encodes with libx264 and libx265. Who uses VA-API decides which picture is of which kind, writes the parameter sets and
 * the headers of slices, and wants each picture before it gives the next: so the pictures are given to the encoder in the
 * order in which they are coded, as I and P, and its slices get the headers that came with the picture. A picture that
 * looks both ways is coded without looking at any, by an encoder of its own: nothing else depends on how it is coded.
 */
#include "libav.h"
#include "vabits.h"
#include "vadriver.h"

#include <stdarg.h>

#define MOST_TYPES 1024

/* One for what others are predicted from, one for pictures in between. */
struct lane {
  void *context;
  struct av_packet *packet;
  struct sets sets;
  int64_t pictures;
};

struct va_encoder {
  int hevc, slot, device;
  uint32_t id;
  long pictures;
  /* Of each picture, in the order in which they are coded, as far as there is room. */
  char types[MOST_TYPES];
  struct sets sets;
  struct lane lanes[2];
  int between;
  uint32_t bits_per_second, most, buffer_size, framerate, rate_control, quality;
  int64_t charged;
};

static void set(void *context, const char *name, const char *format, ...) {
  char value[1024];
  va_list list;
  va_start(list, format);
  vsnprintf(value, sizeof value, format, list);
  va_end(list);
  av.av_opt_set(context, name, value, SEARCH_CHILDREN);
}

/* What came with the picture. */

static void misc(struct va_encoder *e, const struct rendered *r) {
  int type;
  memcpy(&type, r->at, sizeof type);
  const void *data = r->at + sizeof type;
  if (type == MISC_RATE_CONTROL) {
    const VAEncMiscParameterRateControl *rate = data;
    e->most = rate->bits_per_second;
    e->bits_per_second = (uint32_t)((uint64_t)rate->bits_per_second * rate->target_percentage / 100);
    e->quality = rate->ICQ_quality_factor ? rate->ICQ_quality_factor : rate->quality_factor;
  } else if (type == MISC_HRD) {
    e->buffer_size = ((const VAEncMiscParameterHRD *)data)->buffer_size;
  } else if (type == MISC_FRAME_RATE) {
    e->framerate = ((const VAEncMiscParameterFrameRate *)data)->framerate;
  }
}

struct headers {
  uint8_t *before;
  size_t before_size;
  struct unit slice;
};

static int is_slice(int hevc, uint8_t first) {
  return hevc ? (first >> 1 & 0x3f) < 32 : (first & 0x1f) == 1 || (first & 0x1f) == 5;
}

static void keep(struct headers *h, const uint8_t *data, size_t size, int whole) {
  size_t start = whole ? 4 : 0;
  h->before = realloc(h->before, h->before_size + size + 4);
  if (whole) memcpy(h->before + h->before_size, "\0\0\0\1", 4);
  memcpy(h->before + h->before_size + start, data, size);
  h->before_size += start + size;
}

/* Parameter sets and messages as they are, up to the header of the slice. */
static void take_header(struct va_encoder *e, struct headers *h, const uint8_t *data, size_t size) {
  size_t at = 0, length;
  const uint8_t *unit;
  while (unit_next(data, size, &at, &unit, &length)) {
    struct unit plain = unit_plain(unit, length);
    if (is_slice(e->hevc, plain.first)) {
      unit_free(&h->slice);
      h->slice = plain;
      continue;
    }
    if (e->hevc) h265_sets(&e->sets, &plain);
    else h264_sets(&e->sets, &plain);
    keep(h, unit, length, 1);
    unit_free(&plain);
  }
}

static int slices(const struct context_object *c) {
  int count = 0;
  for (int i = 0; i < c->rendered_count; i++) count += c->rendered[i].type == BUFFER_ENC_SLICE ? (int)c->rendered[i].count : 0;
  return count;
}

static void take_all(struct va_encoder *e, const struct context_object *c, struct headers *h) {
  const VAEncPackedHeaderParameterBuffer *packed = NULL;
  for (int i = 0; i < c->rendered_count; i++) {
    const struct rendered *r = &c->rendered[i];
    if (r->type == BUFFER_ENC_MISC) misc(e, r);
    if (r->type == BUFFER_PACKED_PARAMETER) packed = (const void *)r->at;
    if (r->type == BUFFER_PACKED_DATA && packed) take_header(e, h, r->at, (packed->bit_length + 7) / 8);
  }
}

/* The encoders. */

static void shape(const struct va_encoder *e, void *context) {
  char name[16];
  struct av_parameters *p = av.avcodec_parameters_alloc();
  snprintf(name, sizeof name, "yuv420p%s", e->sets.bits > 8 ? "10le" : "");
  p->type = 0;
  p->width = e->sets.width;
  p->height = e->sets.height;
  p->format = av.av_get_pix_fmt(name);
  p->aspect[1] = 1;
  av.avcodec_parameters_to_context(context, p);
  av.avcodec_parameters_free(&p);
}

/* Each of two encoders has half of the bits, and pictures as often as its share of them says. */
static void rate(const struct va_encoder *e, void *context, int between, int period, int qp) {
  uint32_t top = e->framerate & 0xffff, bottom = e->framerate >> 16 ? e->framerate >> 16 : 1;
  int share = period > 1 ? 2 : 1, pictures = between ? period - 1 : 1;
  if (!top) top = 25;
  set(context, "time_base", "%u/%u", bottom * (uint32_t)period, top * (uint32_t)pictures);
  if (e->rate_control == MODE_CQP) {
    set(context, "qp", "%d", qp);
  } else if (e->rate_control == MODE_ICQ) {
    set(context, "crf", "%u", e->quality);
  } else {
    set(context, "b", "%u", e->bits_per_second / (uint32_t)share);
    if (e->most) {
      set(context, "maxrate", "%u", e->most / (uint32_t)share);
      set(context, "bufsize", "%u", (e->buffer_size ? e->buffer_size : e->most) / (uint32_t)share);
    }
  }
}

static void x264(const struct va_encoder *e, void *context, int between) {
  set(context, "x264-params",
      "ref=1:bframes=0:rc-lookahead=0:sync-lookahead=0:mbtree=0:scenecut=0:force-cfr=1:sliced-threads=0:slices=1:"
      "psy=0:weightp=0:chroma-qp-offset=0:deblock=0,0:ipratio=1:keyint=%s:min-keyint=1:repeat-headers=1:cabac=%d:8x8dct=%d",
      between ? "1" : "infinite", e->sets.cabac, e->sets.transform8);
}

static void x265(const struct va_encoder *e, void *context, int between) {
  const struct sets *s = &e->sets;
  int largest = 1 << (s->min_block + s->block_depth), transform = 1 << (s->min_transform + s->transform_depth);
  set(context, "x265-params",
      "log-level=none:info=0:pools=none:frame-threads=1:wpp=0:ref=1:bframes=0:b-adapt=0:rc-lookahead=0:"
      "lookahead-slices=0:scenecut=0:cutree=0:open-gop=0:weightp=0:sao=0:temporal-mvp=0:tskip=0:ipratio=1:"
      "repeat-headers=1:keyint=%d:min-keyint=1:ctu=%d:min-cu-size=%d:max-tu-size=%d:qg-size=%d:tu-inter-depth=%d:"
      "tu-intra-depth=%d:rect=%d:amp=%d:strong-intra-smoothing=%d:signhide=%d:aq-mode=%d:aq-strength=1",
      between ? 1 : -1, largest, 1 << s->min_block, transform, largest, s->inter_depth + 1, s->intra_depth + 1, s->amp,
      s->amp, s->strong_intra, s->sign_hiding, s->qp_delta);
}

static int lane_open(struct va_encoder *e, int between, int period, int qp) {
  struct lane *lane = &e->lanes[between];
  char error[256];
  if (lane->context) return 1;
  const void *of = libav_load(error, sizeof error)
                       ? av.avcodec_find_encoder_by_name(e->hevc ? "libx265" : "libx264")
                       : NULL;
  if (!of) return 0;
  lane->context = av.avcodec_alloc_context3(of);
  lane->packet = av.av_packet_alloc();
  ((int *)lane->context)[2] = 100;
  shape(e, lane->context);
  set(lane->context, "preset", "ultrafast");
  set(lane->context, "threads", "1");
  set(lane->context, "forced-idr", "1");
  set(lane->context, "bf", "0");
  set(lane->context, "g", between ? "1" : "1000000");
  rate(e, lane->context, between, period, qp);
  if (e->hevc) x265(e, lane->context, between);
  else x264(e, lane->context, between);
  return av.avcodec_open2(lane->context, of, NULL) >= 0;
}

/* The picture in three planes. */
static struct av_frame *frame_of(const struct va_encoder *e, const struct surface *s) {
  char name[16];
  int wide = e->sets.bits > 8;
  struct av_frame *frame = av.av_frame_alloc();
  snprintf(name, sizeof name, "yuv420p%s", wide ? "10le" : "");
  frame->width = e->sets.width;
  frame->height = e->sets.height;
  frame->format = av.av_get_pix_fmt(name);
  if (av.av_frame_get_buffer(frame, 0) < 0) {
    av.av_frame_free(&frame);
    return NULL;
  }
  for (int plane = 0; plane < 3; plane++) {
    int columns = plane ? frame->width / 2 : frame->width, rows = plane ? frame->height / 2 : frame->height;
    const uint8_t *from = s->at + (plane ? s->chroma_offset : 0);
    int step = plane ? 2 : 1, first = plane == 2;
    for (int y = 0; y < rows; y++) {
      const uint8_t *row = from + s->pitch * (size_t)y;
      uint8_t *to = frame->data[plane] + frame->linesize[plane] * y;
      for (int x = 0; x < columns; x++) {
        if (wide) ((uint16_t *)to)[x] = ((const uint16_t *)row)[x * step + first] >> 6;
        else to[x] = row[x * step + first];
      }
    }
  }
  return frame;
}

/* The slice of one picture, with its header. */
static int take_slice(struct va_encoder *e, struct lane *lane, const struct unit *header, struct headers *out, int *qp) {
  size_t at = 0, length, size = 0;
  const uint8_t *unit;
  int taken = 0;
  if (av.avcodec_receive_packet(lane->context, lane->packet) < 0) return 0;
  while (unit_next(lane->packet->data, (size_t)lane->packet->size, &at, &unit, &length)) {
    struct unit plain = unit_plain(unit, length);
    if (e->hevc) h265_sets(&lane->sets, &plain);
    else h264_sets(&lane->sets, &plain);
    if (is_slice(e->hevc, plain.first) && !taken) {
      uint8_t *slice = e->hevc ? h265_joined(&e->sets, header, &lane->sets, &plain, &size, qp)
                               : h264_joined(&e->sets, header, &lane->sets, &plain, &size, qp);
      if (slice) keep(out, slice, size, 0);
      taken = slice != NULL;
      free(slice);
    }
    unit_free(&plain);
  }
  av.av_packet_unref(lane->packet);
  return taken;
}

/* What the picture is, in the words of either codec. */
struct asked {
  int idr, type, period, qp;
  uint32_t coded;
};

static int asked_of(const struct va_encoder *e, const struct context_object *c, struct asked *asked) {
  const struct rendered *picture = rendered_of(c, BUFFER_ENC_PICTURE), *slice = rendered_of(c, BUFFER_ENC_SLICE);
  if (!picture || !slice) return 0;
  if (e->hevc) {
    const VAEncPictureParameterBufferHEVC *p = (const void *)picture->at;
    const VAEncSliceParameterBufferHEVC *s = (const void *)slice->at;
    /* In the words of the header, 0 is B and 1 is P; coding_type is 3 and more of what looks both ways. */
    *asked = (struct asked){p->idr_pic_flag, p->coding_type == 1 ? SLICE_I : p->coding_type == 2 ? SLICE_P : SLICE_B,
                            1, p->pic_init_qp + s->slice_qp_delta, p->coded_buf};
  } else {
    const VAEncPictureParameterBufferH264 *p = (const void *)picture->at;
    const VAEncSliceParameterBufferH264 *s = (const void *)slice->at;
    *asked = (struct asked){p->idr_pic_flag, s->slice_type % 5, 1, p->pic_init_qp + s->slice_qp_delta, p->coded_buf};
  }
  return 1;
}

static int begin(struct driver *driver, struct context_object *c) {
  struct va_encoder *e = calloc(1, sizeof *e);
  int64_t cost = (int64_t)number_said(driver->device, "session", 0);
  e->hevc = c->config->profile == 17 || c->config->profile == 18;
  e->rate_control = c->config->rate_control;
  e->device = driver->device;
  if (!device_charge(driver->device, cost) || !session_begin(driver->device, -1, &e->slot, &e->id)) {
    free(e);
    return VA_ALLOCATION_FAILED;
  }
  e->charged = cost;
  session_shape(e->slot, e->hevc, c->width, c->height);
  tell(driver->device, "session %u begins: %s %dx%d", e->id, e->hevc ? "hevc" : "h264", c->width, c->height);
  c->encoder = e;
  return VA_OK;
}

void va_encoder_close(struct driver *driver, struct va_encoder *e) {
  if (!e) return;
  tell(driver->device, "session %u ends after %ld pictures", e->id, e->pictures);
  va_received_types(e->id, e->types);
  session_end(e->slot, e->id);
  device_charge(driver->device, -e->charged);
  for (int i = 0; i < 2; i++)
    if (e->lanes[i].context) {
      av.avcodec_free_context(&e->lanes[i].context);
      av.av_packet_free(&e->lanes[i].packet);
    }
  free(e);
}

static int period_of(const struct va_encoder *e, const struct context_object *c) {
  const struct rendered *sequence = rendered_of(c, BUFFER_ENC_SEQUENCE);
  uint32_t period = !sequence ? 1
                    : e->hevc ? ((const VAEncSequenceParameterBufferHEVC *)(const void *)sequence->at)->ip_period
                              : ((const VAEncSequenceParameterBufferH264 *)(const void *)sequence->at)->ip_period;
  return period > 1 ? (int)period : 1;
}

static int coded(struct va_encoder *e, const struct asked *asked, const struct surface *picture, struct headers *h,
                 int *qp) {
  int between = asked->type == SLICE_B;
  struct lane *lane = &e->lanes[between];
  if (e->sets.complete != 3 || !h->slice.at || !lane_open(e, between, e->between, asked->qp)) return 0;
  struct av_frame *frame = frame_of(e, picture);
  if (!frame) return 0;
  frame->pts = lane->pictures++;
  frame->type = asked->type == SLICE_I ? TYPE_INTRA : 0;
  int sent = av.avcodec_send_frame(lane->context, frame);
  av.av_frame_free(&frame);
  return sent >= 0 && take_slice(e, lane, &h->slice, h, qp);
}

int va_encode(struct driver *driver, struct context_object *c, struct surface *picture) {
  struct headers h = {0};
  struct asked asked;
  int64_t sent = now_ns();
  int qp = 0, failed = c->encoder ? VA_OK : begin(driver, c);
  struct va_encoder *e = c->encoder;
  if (failed) return failed;
  if (!asked_of(e, c, &asked) || slices(c) != 1) return VA_INVALID_PARAMETER;
  struct buffer_object *out = object_of(driver, asked.coded, OBJECT_BUFFER);
  if (!out || out->type != BUFFER_CODED) return VA_INVALID_BUFFER;
  if (!e->pictures) va_received(e->id, driver->device, c);
  if (e->pictures < MOST_TYPES - 1) e->types[e->pictures] = va_type_of(c);
  take_all(e, c, &h);
  if (asked.idr) e->between = period_of(e, c);
  failed = coded(e, &asked, picture, &h, &qp) ? VA_OK : VA_ENCODING_ERROR;
  if (failed) tell(driver->device, "picture %ld of session %u cannot be encoded by the lab", e->pictures, e->id);
  unit_free(&h.slice);
  if (failed) free(h.before);
  else coded_put(out, h.before, h.before_size, qp, session_picture(driver->device, e->slot, 2, sent));
  e->pictures++;
  return failed;
}
