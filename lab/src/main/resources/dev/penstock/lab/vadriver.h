/* What the sources of the VA-API driver share. */
#ifndef PENSTOCK_LAB_VADRIVER_H
#define PENSTOCK_LAB_VADRIVER_H

#include "lab.h"
#include "va.h"

enum object_kind { OBJECT_CONFIG = 1, OBJECT_SURFACE, OBJECT_CONTEXT, OBJECT_BUFFER, OBJECT_IMAGE };

struct object {
  enum object_kind kind;
  uint32_t id;
};

struct config {
  struct object object;
  int profile, entrypoint;
  uint32_t rt_format, rate_control;
};

/* A picture of two planes, NV12 or P010. */
struct surface {
  struct object object;
  uint32_t fourcc;
  int width, height;
  size_t pitch, chroma_offset, size;
  uint8_t *at;
};

struct buffer_object {
  struct object object;
  int type;
  unsigned size, count;
  uint8_t *at;
  /* Of a derived image, whose memory is the surface's. */
  int borrowed;
  /* Of a coded buffer. */
  struct va_coded_segment segment;
  uint8_t *coded;
  int64_t done_ns;
};

struct image_object {
  struct object object;
  struct va_image image;
};

/* What was rendered between begin and end, in its order. */
struct rendered {
  int type;
  unsigned size, count;
  uint8_t *at;
};

#define MAX_RENDERED 512

struct va_encoder;
struct va_decoder;

struct context_object {
  struct object object;
  struct config *config;
  int width, height;
  uint32_t target;
  struct rendered rendered[MAX_RENDERED];
  int rendered_count;
  struct va_encoder *encoder;
  struct va_decoder *decoder;
};

#define MAX_OBJECTS 8192

struct driver {
  int device;
  char vendor[256];
  pthread_mutex_t lock;
  struct object *objects[MAX_OBJECTS];
};

void *object_of(struct driver *driver, uint32_t id, enum object_kind kind);
const struct rendered *rendered_of(const struct context_object *context, int type);
/* Adds what was encoded to a coded buffer, which owns it from then on. */
void coded_put(struct buffer_object *buffer, uint8_t *data, size_t size, int qp, int64_t done_ns);

/* vaencode.c */
int va_encode(struct driver *driver, struct context_object *context, struct surface *picture);
void va_encoder_close(struct driver *driver, struct va_encoder *encoder);

/* vadecode.c */
int va_decode(struct driver *driver, struct context_object *context, struct surface *picture);
void va_decoder_close(struct va_decoder *decoder);

/* vaprocess.c */
int va_process(struct driver *driver, const struct rendered *pipeline, struct surface *to);

/* vareceived.c: what an encoder was given with its first picture, and in the end of which kind each picture was. */
void va_received(uint32_t session, int device, const struct context_object *context);
void va_received_types(uint32_t session, const char *types);
/* K, I, P or B: K is the first of a group, and nothing before it is looked at from behind it. */
char va_type_of(const struct context_object *context);

#endif
