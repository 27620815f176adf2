/*
 * Decodes with libavcodec. What it decodes into is taken from its request for a buffer, so that a picture can be shown
 * before the decoder, which reorders, would hand it out.
 */
#include "libav.h"

#define CONTEXT_BYTES 2048
#define DECODERS 64

struct decoder {
  void *context;
  struct av_packet *packet;
  struct av_frame *frame, **surfaces;
  int count, current;
};

/* By context: the callback is given nothing else that is ours. */
static struct decoder *open_ones[DECODERS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct decoder *of_context(const void *context) {
  struct decoder *found = NULL;
  pthread_mutex_lock(&lock);
  for (int i = 0; i < DECODERS && !found; i++)
    if (open_ones[i] && open_ones[i]->context == context) found = open_ones[i];
  pthread_mutex_unlock(&lock);
  return found;
}

static int enlist(struct decoder *gone, struct decoder *come) {
  int done = 0;
  pthread_mutex_lock(&lock);
  for (int i = 0; i < DECODERS && !done; i++)
    if (open_ones[i] == gone) {
      open_ones[i] = come;
      done = 1;
    }
  pthread_mutex_unlock(&lock);
  return done;
}

static int get_buffer(void *context, struct av_frame *frame, int flags) {
  struct decoder *d = of_context(context);
  int failed = av.avcodec_default_get_buffer2(context, frame, flags);
  if (failed < 0 || !d) return failed;
  av.av_frame_free(&d->surfaces[d->current]);
  d->surfaces[d->current] = av.av_frame_clone(frame);
  return failed;
}

/* The field is found by what avcodec_alloc_context3 puts there. */
static int replace_get_buffer(void *context) {
  void **fields = context;
  for (size_t i = 0; i < CONTEXT_BYTES / sizeof *fields; i++)
    if (fields[i] == (void *)av.avcodec_default_get_buffer2) {
      fields[i] = (void *)get_buffer;
      return 1;
    }
  return 0;
}

struct decoder *decoder_open(const char *name, int surfaces) {
  char error[256];
  const void *of = libav_load(error, sizeof error) ? av.avcodec_find_decoder_by_name(name) : NULL;
  if (!of) return NULL;
  struct decoder *d = calloc(1, sizeof *d);
  d->count = surfaces;
  d->surfaces = calloc((size_t)surfaces, sizeof *d->surfaces);
  d->context = av.avcodec_alloc_context3(of);
  d->packet = av.av_packet_alloc();
  d->frame = av.av_frame_alloc();
  ((int *)d->context)[2] = 100;
  av.av_opt_set(d->context, "threads", "1", 0);
  av.av_opt_set(d->context, "flags", "+output_corrupt", 0);
  if (!replace_get_buffer(d->context) || !enlist(NULL, d) || av.avcodec_open2(d->context, of, NULL) < 0) {
    decoder_close(d);
    return NULL;
  }
  return d;
}

void decoder_close(struct decoder *d) {
  enlist(d, NULL);
  for (int i = 0; i < d->count; i++) av.av_frame_free(&d->surfaces[i]);
  av.avcodec_free_context(&d->context);
  av.av_packet_free(&d->packet);
  av.av_frame_free(&d->frame);
  free(d->surfaces);
  free(d);
}

int decoder_send(struct decoder *d, int surface, const uint8_t *data, size_t size) {
  if (surface < 0 || surface >= d->count || av.av_new_packet(d->packet, (int)size) < 0) return 0;
  memcpy(d->packet->data, data, size);
  d->current = surface;
  int sent = av.avcodec_send_packet(d->context, d->packet);
  av.av_packet_unref(d->packet);
  while (av.avcodec_receive_frame(d->context, d->frame) >= 0) av.av_frame_unref(d->frame);
  return sent >= 0 && d->surfaces[surface] != NULL;
}

int decoder_picture(struct decoder *d, int surface, struct decoded *picture) {
  const struct av_frame *frame = surface >= 0 && surface < d->count ? d->surfaces[surface] : NULL;
  if (!frame) return 0;
  for (int i = 0; i < 3; i++) {
    picture->plane[i] = frame->data[i];
    picture->pitch[i] = frame->linesize[i];
  }
  picture->width = frame->width;
  picture->height = frame->height;
  return 1;
}
