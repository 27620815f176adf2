/* Pictures made of others: scaled by two taps in each direction, turned, mirrored, and of another depth. */
#include "vadriver.h"

struct place {
  const struct surface *from;
  struct va_rectangle in;
  uint32_t turns, mirror;
};

static unsigned sample(const struct surface *s, int plane, int x, int y) {
  const uint8_t *row = s->at + (plane ? s->chroma_offset : 0) + s->pitch * (size_t)y;
  int at = plane ? 2 * x + (plane == 2) : x;
  return s->fourcc == FOURCC_P010 ? ((const uint16_t *)(const void *)row)[at] : row[at] << 8;
}

static void put(const struct surface *s, int plane, int x, int y, double value) {
  uint8_t *row = s->at + (plane ? s->chroma_offset : 0) + s->pitch * (size_t)y;
  int at = plane ? 2 * x + (plane == 2) : x, depth = s->fourcc == FOURCC_P010 ? 10 : 8;
  long rounded = (long)(value / (1 << (16 - depth)) + 0.5), most = (1 << depth) - 1;
  if (rounded > most) rounded = most;
  if (s->fourcc == FOURCC_P010) ((uint16_t *)(void *)row)[at] = (uint16_t)(rounded << 6);
  else row[at] = (uint8_t)rounded;
}

static int within(int value, int low, int high) {
  return value < low ? low : value >= high ? high - 1 : value;
}

/* Of a plane of the input, at a place from 0 to 1 in both directions of the region. */
static double at(const struct place *p, int plane, double across, double down) {
  int half = plane ? 2 : 1;
  int left = p->in.x / half, top = p->in.y / half, width = (p->in.width + half - 1) / half,
      height = (p->in.height + half - 1) / half;
  double x = left + across * width - 0.5, y = top + down * height - 0.5;
  int x0 = (int)(x < 0 ? x - 1 : x), y0 = (int)(y < 0 ? y - 1 : y);
  double fx = x - x0, fy = y - y0;
  int xs[2] = {within(x0, left, left + width), within(x0 + 1, left, left + width)};
  int ys[2] = {within(y0, top, top + height), within(y0 + 1, top, top + height)};
  return (1 - fy) * ((1 - fx) * sample(p->from, plane, xs[0], ys[0]) + fx * sample(p->from, plane, xs[1], ys[0])) +
         fy * ((1 - fx) * sample(p->from, plane, xs[0], ys[1]) + fx * sample(p->from, plane, xs[1], ys[1]));
}

/* Where in the input a place of the output comes from: turned clockwise first, then mirrored. */
static void back(const struct place *p, double *across, double *down) {
  double x = *across, y = *down;
  if (p->mirror & 1) x = 1 - x;
  if (p->mirror & 2) y = 1 - y;
  switch (p->turns) {
    case 1: *across = y, *down = 1 - x; break;
    case 2: *across = 1 - x, *down = 1 - y; break;
    case 3: *across = 1 - y, *down = x; break;
    default: *across = x, *down = y;
  }
}

static void plane_of(const struct place *p, const struct surface *to, const struct va_rectangle *out, int plane) {
  int half = plane ? 2 : 1, width = (out->width + half - 1) / half, height = (out->height + half - 1) / half;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      double across = (x + 0.5) / width, down = (y + 0.5) / height;
      back(p, &across, &down);
      put(to, plane, out->x / half + x, out->y / half + y, at(p, plane, across, down));
    }
}

static struct va_rectangle whole(const struct surface *s) {
  return (struct va_rectangle){0, 0, (uint16_t)s->width, (uint16_t)s->height};
}

static int inside(const struct surface *s, const struct va_rectangle *r) {
  return r->x >= 0 && r->y >= 0 && r->width && r->height && r->x + r->width <= s->width && r->y + r->height <= s->height;
}

int va_process(struct driver *driver, const struct rendered *pipeline, struct surface *to) {
  if (!pipeline) return VA_INVALID_PARAMETER;
  const VAProcPipelineParameterBuffer *v = (const void *)pipeline->at;
  struct surface *from = object_of(driver, v->surface, OBJECT_SURFACE);
  if (!from) return VA_INVALID_SURFACE;
  struct place place = {from, v->surface_region ? *v->surface_region : whole(from), v->rotation_state & 3,
                        v->mirror_state};
  struct va_rectangle out = v->output_region ? *v->output_region : whole(to);
  if (v->num_filters || !inside(from, &place.in) || !inside(to, &out)) return VA_INVALID_PARAMETER;
  for (int plane = 0; plane < 3; plane++) plane_of(&place, to, &out, plane);
  return VA_OK;
}
