#include "vabits.h"

#include <stdlib.h>
#include <string.h>

/* Units. */

static size_t start_code(const uint8_t *data, size_t from, size_t size) {
  for (size_t i = from; i + 3 <= size; i++)
    if (!data[i] && !data[i + 1] && data[i + 2] == 1) return i;
  return size;
}

/* The next unit from a place in a stream, which moves behind it; 0 when there is none. */
int unit_next(const uint8_t *data, size_t size, size_t *at, const uint8_t **unit, size_t *length) {
  size_t start = start_code(data, *at, size);
  if (start + 3 >= size) return 0;
  size_t end = start_code(data, start + 3, size);
  *at = end;
  *unit = data + start + 3;
  *length = end - start - 3;
  /* Zeros before the next start code are not its own. */
  while (end < size && *length && !(*unit)[*length - 1]) (*length)--;
  return 1;
}

struct unit unit_plain(const uint8_t *unit, size_t length) {
  struct unit plain = {malloc(length + 8), 0, unit[0]};
  int zeros = 0;
  for (size_t i = 0; i < length; i++) {
    if (zeros >= 2 && unit[i] == 3) {
      zeros = 0;
      continue;
    }
    zeros = unit[i] ? 0 : zeros + 1;
    plain.at[plain.size++] = unit[i];
  }
  memset(plain.at + plain.size, 0, 8);
  return plain;
}

void unit_free(struct unit *unit) {
  free(unit->at);
  unit->at = NULL;
}

/* Bits. */

struct reader {
  const uint8_t *at;
  size_t bit, bits;
};

struct writer {
  uint8_t *at;
  size_t bit;
};

static struct reader reader_of(const struct unit *unit, int header_bytes) {
  return (struct reader){unit->at, 8u * (size_t)header_bytes, 8 * unit->size};
}

static uint32_t u(struct reader *r, int count) {
  uint32_t value = 0;
  for (int i = 0; i < count; i++, r->bit++)
    value = value << 1 | (r->bit < r->bits ? r->at[r->bit >> 3] >> (7 - (r->bit & 7)) & 1u : 0);
  return value;
}

static uint32_t ue(struct reader *r) {
  int zeros = 0;
  while (zeros < 32 && r->bit < r->bits && !u(r, 1)) zeros++;
  return zeros < 32 ? (1u << zeros) - 1 + u(r, zeros) : 0xffffffff;
}

static int32_t se(struct reader *r) {
  uint32_t code = ue(r);
  return code & 1 ? (int32_t)((code + 1) / 2) : -(int32_t)(code / 2);
}

/* A writer without a place to write to only reads. */
static uint32_t put(struct writer *w, int count, uint32_t value) {
  for (int i = count - 1; w->at && i >= 0; i--, w->bit++) {
    uint8_t *byte = &w->at[w->bit >> 3];
    if (!(w->bit & 7)) *byte = 0;
    *byte |= (uint8_t)((value >> i & 1) << (7 - (w->bit & 7)));
  }
  return value;
}

static uint32_t put_ue(struct writer *w, uint32_t value) {
  int bits = 0;
  while ((value + 1) >> (bits + 1)) bits++;
  put(w, bits, 0);
  put(w, bits + 1, value + 1);
  return value;
}

static int32_t put_se(struct writer *w, int32_t value) {
  put_ue(w, value > 0 ? 2u * (uint32_t)value - 1 : 2u * (uint32_t)-value);
  return value;
}

static uint32_t same(struct reader *r, struct writer *w, int count) {
  return put(w, count, u(r, count));
}

static uint32_t same_ue(struct reader *r, struct writer *w) {
  return put_ue(w, ue(r));
}

static int32_t same_se(struct reader *r, struct writer *w) {
  return put_se(w, se(r));
}

/* H.264. */

static void skip_scaling(struct reader *r, int size) {
  int last = 8, next = 8;
  for (int i = 0; i < size; i++) {
    if (next) next = (last + se(r) + 256) % 256;
    last = next ? next : last;
  }
}

static void h264_sps(struct sets *s, struct reader *r) {
  int profile = (int)u(r, 8);
  u(r, 16);
  ue(r);
  s->bits = 8;
  if (profile == 100 || profile == 110 || profile == 122 || profile == 244) {
    if (ue(r) == 3) s->separate_planes = (int)u(r, 1);
    s->bits = 8 + (int)ue(r);
    ue(r);
    u(r, 1);
    if (u(r, 1))
      for (int i = 0; i < 8; i++)
        if (u(r, 1)) skip_scaling(r, i < 6 ? 16 : 64);
  }
  s->frame_num_bits = 4 + (int)ue(r);
  s->poc_type = (int)ue(r);
  if (s->poc_type == 0) s->poc_bits = 4 + (int)ue(r);
  if (s->poc_type == 1) {
    s->always_zero = (int)u(r, 1);
    se(r), se(r);
    for (uint32_t i = ue(r); i > 0; i--) se(r);
  }
  ue(r);
  u(r, 1);
  s->width = 16 * (1 + (int)ue(r));
  s->height = 16 * (1 + (int)ue(r));
  s->frame_mbs_only = (int)u(r, 1);
  s->complete |= 1;
}

static void h264_pps(struct sets *s, const struct unit *unit, struct reader *r) {
  size_t end = 8 * unit->size;
  while (end > 0 && !(unit->at[(end - 1) >> 3] >> (7 - ((end - 1) & 7)) & 1)) end--;
  ue(r), ue(r);
  s->cabac = (int)u(r, 1);
  s->pic_order = (int)u(r, 1);
  ue(r);
  s->l0 = 1 + (int)ue(r);
  s->l1 = 1 + (int)ue(r);
  s->weighted = (int)u(r, 1);
  s->weighted_b = (int)u(r, 2);
  s->init_qp = 26 + se(r);
  se(r), se(r);
  s->deblocking = (int)u(r, 1);
  u(r, 1);
  s->redundant = (int)u(r, 1);
  s->transform8 = r->bit + 1 < end ? (int)u(r, 1) : 0;
  s->complete |= 2;
}

void h264_sets(struct sets *s, const struct unit *unit) {
  struct reader r = reader_of(unit, 1);
  if ((unit->first & 0x1f) == 7) h264_sps(s, &r);
  if ((unit->first & 0x1f) == 8) h264_pps(s, unit, &r);
}

/* Of the first list, as many operations as there are references; the second one goes. */
static int h264_lists(struct reader *r, struct writer *w, int from, int to) {
  struct writer none = {NULL, 0};
  for (int list = 0; list < (from == SLICE_B ? 2 : from == SLICE_P); list++) {
    struct writer *out = list || to == SLICE_I ? &none : w;
    int operations = 0;
    if (!same(r, out, 1)) continue;
    for (;;) {
      uint32_t operation = ue(r);
      if (operation > 3) return 0;
      if (operation == 3) break;
      uint32_t value = ue(r);
      if (operations++) continue;
      put_ue(out, operation);
      put_ue(out, value);
    }
    put_ue(out, 3);
  }
  return 1;
}

static int h264_marking(struct reader *r, struct writer *w, int idr) {
  if (idr) {
    same(r, w, 2);
    return 1;
  }
  if (!same(r, w, 1)) return 1;
  for (;;) {
    uint32_t operation = same_ue(r, w);
    if (operation == 0) return 1;
    if (operation > 6) return 0;
    if (operation != 5) same_ue(r, w);
    if (operation == 3) same_ue(r, w);
  }
}

/* Reads a header; writes it with the facts of other data. Without a place to write to, it fills the facts. */
static int h264_header(const struct sets *s, const struct unit *unit, struct reader *r, struct writer *w,
                       struct slice_facts *facts) {
  int idr = (unit->first & 0x1f) == 5, reference = unit->first >> 5 & 3;
  if (s->complete != 3 || !s->frame_mbs_only) return 0;
  same_ue(r, w);
  int type = (int)ue(r) % 5;
  if (!w->at) facts->type = type;
  put_ue(w, (uint32_t)facts->type);
  same_ue(r, w);
  if (s->separate_planes) same(r, w, 2);
  same(r, w, s->frame_num_bits);
  if (idr) same_ue(r, w);
  if (s->poc_type == 0) {
    same(r, w, s->poc_bits);
    if (s->pic_order) same_se(r, w);
  } else if (s->poc_type == 1 && !s->always_zero) {
    same_se(r, w);
    if (s->pic_order) same_se(r, w);
  }
  if (s->redundant) same_ue(r, w);
  if (type == SLICE_B) u(r, 1);
  if (type != SLICE_I && u(r, 1)) {
    ue(r);
    if (type == SLICE_B) ue(r);
  }
  if (facts->type != SLICE_I) {
    put(w, 1, 1);
    put_ue(w, 0);
  }
  if (!h264_lists(r, w, type, facts->type)) return 0;
  if ((s->weighted && type == SLICE_P) || (s->weighted_b == 1 && type == SLICE_B)) return 0;
  if (reference && !h264_marking(r, w, idr)) return 0;
  int init = s->cabac && type != SLICE_I ? (int)ue(r) : 0;
  if (!w->at) facts->cabac_init = init;
  if (s->cabac && facts->type != SLICE_I) put_ue(w, (uint32_t)facts->cabac_init);
  int qp = s->init_qp + se(r);
  if (!w->at) facts->qp = qp;
  put_se(w, facts->qp - s->init_qp);
  int off = s->deblocking ? (int)ue(r) : 0, alpha = s->deblocking && off != 1 ? se(r) : 0,
      beta = s->deblocking && off != 1 ? se(r) : 0;
  if (!w->at) facts->deblocking_off = off, facts->alpha = alpha, facts->beta = beta;
  if (s->deblocking) {
    put_ue(w, (uint32_t)facts->deblocking_off);
    if (facts->deblocking_off != 1) put_se(w, facts->alpha), put_se(w, facts->beta);
  } else if (facts->alpha || facts->beta) {
    return 0;
  }
  /* Where it cannot be said, it need not be: x264 turns the filter off where it would do nothing. */
  return 1;
}

int h264_slice(const struct sets *s, const struct unit *unit, struct slice_facts *facts, size_t *data_bit) {
  struct reader r = reader_of(unit, 1);
  struct writer none = {NULL, 0};
  int known = h264_header(s, unit, &r, &none, facts);
  *data_bit = r.bit;
  return known;
}

/* H.265. */

static void profile_tier_level(struct reader *r, int sub_layers) {
  u(r, 32), u(r, 32), u(r, 32);
  int profile[8], level[8];
  for (int i = 0; i < sub_layers; i++) profile[i] = (int)u(r, 1), level[i] = (int)u(r, 1);
  if (sub_layers) u(r, 2 * (8 - sub_layers));
  for (int i = 0; i < sub_layers; i++) {
    if (profile[i]) u(r, 32), u(r, 32), u(r, 24);
    if (level[i]) u(r, 8);
  }
}

/* A set of references; of one that follows from another, only in parameter sets, nothing is kept. */
static int reference_set(struct reader *r, struct writer *w, int index, int count, int *deltas) {
  int predicted = index ? (int)same(r, w, 1) : 0;
  if (predicted) {
    int from = index - 1;
    if (index == count) from = index - 1 - (int)same_ue(r, w);
    if (from < 0 || from >= index) return 0;
    same(r, w, 1);
    same_ue(r, w);
    int kept = 0;
    for (int i = 0; i <= deltas[from]; i++) {
      int used = (int)same(r, w, 1);
      if (used || same(r, w, 1)) kept++;
    }
    deltas[index] = kept;
    return 1;
  }
  uint32_t before = same_ue(r, w), after = same_ue(r, w);
  if (before > 16 || after > 16) return 0;
  for (uint32_t i = 0; i < before + after; i++) {
    same_ue(r, w);
    same(r, w, 1);
  }
  deltas[index] = (int)(before + after);
  return 1;
}

static void h265_sps(struct sets *s, struct reader *r) {
  struct writer none = {NULL, 0};
  int deltas[65];
  u(r, 4);
  int layers = (int)u(r, 3);
  u(r, 1);
  profile_tier_level(r, layers);
  ue(r);
  if (ue(r) == 3) s->separate_planes = (int)u(r, 1);
  s->width = (int)ue(r);
  s->height = (int)ue(r);
  if (u(r, 1)) ue(r), ue(r), ue(r), ue(r);
  s->bits = 8 + (int)ue(r);
  ue(r);
  s->poc_bits = 4 + (int)ue(r);
  for (int i = u(r, 1) ? 0 : layers; i <= layers; i++) ue(r), ue(r), ue(r);
  s->min_block = 3 + (int)ue(r);
  s->block_depth = (int)ue(r);
  s->min_transform = 2 + (int)ue(r);
  s->transform_depth = (int)ue(r);
  s->inter_depth = (int)ue(r);
  s->intra_depth = (int)ue(r);
  /* Lists of scaling factors are not written by whom the lab meets. */
  if (u(r, 1)) return;
  s->amp = (int)u(r, 1);
  s->sao = (int)u(r, 1);
  if (u(r, 1)) return;
  s->short_term_sets = (int)ue(r);
  if (s->short_term_sets > 64) return;
  for (int i = 0; i < s->short_term_sets; i++)
    if (!reference_set(r, &none, i, s->short_term_sets, deltas)) return;
  s->long_term = (int)u(r, 1);
  if (s->long_term) return;
  s->temporal = (int)u(r, 1);
  s->strong_intra = (int)u(r, 1);
  s->complete |= 1;
}

static void h265_pps(struct sets *s, struct reader *r) {
  ue(r), ue(r);
  if (u(r, 1)) return;
  s->output_flag = (int)u(r, 1);
  s->extra_bits = (int)u(r, 3);
  s->sign_hiding = (int)u(r, 1);
  s->cabac_init = (int)u(r, 1);
  s->l0 = 1 + (int)ue(r);
  s->l1 = 1 + (int)ue(r);
  s->init_qp = 26 + se(r);
  u(r, 2);
  s->qp_delta = (int)u(r, 1);
  if (s->qp_delta) ue(r);
  se(r), se(r);
  s->chroma_offsets = (int)u(r, 1);
  s->weighted = (int)u(r, 1);
  s->weighted_b = (int)u(r, 1);
  u(r, 1);
  s->tiles = (int)u(r, 1);
  s->sync = (int)u(r, 1);
  if (s->tiles) return;
  s->across = (int)u(r, 1);
  s->deblocking = (int)u(r, 1);
  if (s->deblocking) {
    s->override_enabled = (int)u(r, 1);
    s->deblocking_disabled = (int)u(r, 1);
    if (!s->deblocking_disabled) se(r), se(r);
  }
  if (u(r, 1)) return;
  s->lists = (int)u(r, 1);
  ue(r);
  s->extension = (int)u(r, 1);
  s->complete |= 2;
}

void h265_sets(struct sets *s, const struct unit *unit) {
  struct reader r = reader_of(unit, 2);
  if ((unit->first >> 1 & 0x3f) == 33) h265_sps(s, &r);
  if ((unit->first >> 1 & 0x3f) == 34) h265_pps(s, &r);
}

static int h265_references(const struct sets *s, struct reader *r, struct writer *w) {
  int deltas[66] = {0};
  same(r, w, s->poc_bits);
  if (!same(r, w, 1)) {
    /* Predicted from a set of the sequence it would need that set's length, which was not kept. */
    if (s->short_term_sets && r->bit < r->bits && r->at[r->bit >> 3] >> (7 - (r->bit & 7)) & 1) return 0;
    if (!reference_set(r, w, s->short_term_sets, s->short_term_sets, deltas)) return 0;
  } else if (s->short_term_sets > 1) {
    int bits = 0;
    while (1 << bits < s->short_term_sets) bits++;
    same(r, w, bits);
  }
  if (s->temporal && (u(r, 1), put(w, 1, 0))) return 0;
  return 1;
}

static int h265_header(const struct sets *s, const struct unit *unit, struct reader *r, struct writer *w,
                       struct slice_facts *facts) {
  int unit_type = unit->first >> 1 & 0x3f;
  if (s->complete != 3 || !same(r, w, 1)) return 0;
  if (unit_type >= 16 && unit_type <= 23) same(r, w, 1);
  same_ue(r, w);
  same(r, w, s->extra_bits);
  int type = (int)ue(r);
  /* Of these, 0 is B and 1 is P. */
  type = type == 0 ? SLICE_B : type == 1 ? SLICE_P : SLICE_I;
  if (!w->at) facts->type = type;
  put_ue(w, facts->type == SLICE_P ? 1 : facts->type == SLICE_I ? 2 : 0);
  if (s->output_flag) same(r, w, 1);
  if (s->separate_planes) same(r, w, 2);
  if (unit_type != 19 && unit_type != 20 && !h265_references(s, r, w)) return 0;
  int filtered = 0;
  if (s->sao) {
    filtered = (int)u(r, 2);
    put(w, 2, 0);
  }
  int merge = facts->merge;
  if (type != SLICE_I) {
    if (u(r, 1)) {
      ue(r);
      if (type == SLICE_B) ue(r);
    }
    if (s->lists) return 0;
    if (type == SLICE_B) u(r, 1);
    int init = s->cabac_init ? (int)u(r, 1) : 0;
    if (!w->at) facts->cabac_init = init;
    if ((s->weighted && type == SLICE_P) || (s->weighted_b && type == SLICE_B)) return 0;
    merge = (int)ue(r);
  }
  if (!w->at) facts->merge = merge;
  if (facts->type != SLICE_I) {
    put(w, 1, s->l0 != 1);
    if (s->l0 != 1) put_ue(w, 0);
    if (s->cabac_init) put(w, 1, (uint32_t)facts->cabac_init);
    else if (facts->cabac_init) return 0;
    put_ue(w, (uint32_t)facts->merge);
  }
  int qp = s->init_qp + se(r);
  if (!w->at) facts->qp = qp;
  put_se(w, facts->qp - s->init_qp);
  if (s->chroma_offsets) same_se(r, w), same_se(r, w);
  int off = s->deblocking_disabled;
  if (s->override_enabled && same(r, w, 1)) {
    off = (int)same(r, w, 1);
    if (!off) same_se(r, w), same_se(r, w);
  }
  if (s->across && (!off || (filtered && !w->at))) {
    u(r, 1);
    put(w, 1, 1);
  }
  if ((s->tiles || s->sync) && same_ue(r, w)) return 0;
  if (s->extension) {
    for (uint32_t i = same_ue(r, w); i > 0; i--) same(r, w, 8);
  }
  return 1;
}

int h265_slice(const struct sets *s, const struct unit *unit, struct slice_facts *facts, size_t *data_bit) {
  struct reader r = reader_of(unit, 2);
  struct writer none = {NULL, 0};
  int known = h265_header(s, unit, &r, &none, facts);
  *data_bit = (r.bit + 8) / 8 * 8;
  return known;
}

/* Joining. */

static uint8_t *escaped(const uint8_t *from, size_t size, size_t *out_size) {
  uint8_t *out = malloc(4 + size + size / 2 + 1);
  size_t used = 4;
  int zeros = 0;
  memcpy(out, "\0\0\0\1", 4);
  for (size_t i = 0; i < size; i++) {
    if (zeros >= 2 && from[i] <= 3) {
      out[used++] = 3;
      zeros = 0;
    }
    zeros = from[i] ? 0 : zeros + 1;
    out[used++] = from[i];
  }
  *out_size = used;
  return out;
}

static void put_rest(struct writer *w, const struct unit *data, size_t bit) {
  struct reader r = {data->at, bit, 8 * data->size};
  size_t end = r.bits;
  while (end > bit && !(data->at[(end - 1) >> 3] >> (7 - ((end - 1) & 7)) & 1)) end--;
  /* With the one that ends the data. */
  while (r.bit < end) same(&r, w, 1);
  while (w->bit & 7) put(w, 1, 0);
}

static uint8_t *joined(const struct unit *header, int header_bytes, struct writer *w, const struct unit *data,
                       size_t data_bit, int ones, size_t *size) {
  uint8_t *out = NULL;
  memcpy(w->at, header->at, (size_t)header_bytes);
  if (ones >= 0) {
    /* The data begins with a byte: after ones in H.264, after a one and zeros in H.265. */
    if (!ones) put(w, 1, 1);
    while (w->bit & 7) put(w, 1, (uint32_t)ones);
    size_t from = (data_bit + 7) / 8;
    memcpy(w->at + w->bit / 8, data->at + from, data->size - from);
    w->bit += 8 * (data->size - from);
  } else {
    put_rest(w, data, data_bit);
  }
  out = escaped(w->at, w->bit / 8, size);
  return out;
}

/* Data is read as it was written only where the sets say the same of what is in it. */
static int same_coding(const struct sets *a, const struct sets *b) {
  return a->width == b->width && a->height == b->height && a->bits == b->bits && a->cabac == b->cabac &&
         a->transform8 == b->transform8 && a->min_block == b->min_block && a->block_depth == b->block_depth &&
         a->min_transform == b->min_transform && a->transform_depth == b->transform_depth &&
         a->inter_depth == b->inter_depth && a->intra_depth == b->intra_depth && a->amp == b->amp &&
         a->strong_intra == b->strong_intra && a->sign_hiding == b->sign_hiding && a->qp_delta == b->qp_delta;
}

uint8_t *h264_joined(const struct sets *header_sets, const struct unit *header, const struct sets *data_sets,
                     const struct unit *data, size_t *size, int *qp) {
  struct slice_facts facts = {0};
  size_t data_bit;
  if (!same_coding(header_sets, data_sets) || !h264_slice(data_sets, data, &facts, &data_bit)) return NULL;
  struct reader r = reader_of(header, 1);
  struct writer w = {calloc(1, header->size + data->size + 256), 8};
  uint8_t *out = h264_header(header_sets, header, &r, &w, &facts)
                     ? joined(header, 1, &w, data, data_bit, header_sets->cabac ? 1 : -1, size)
                     : NULL;
  free(w.at);
  *qp = facts.qp;
  return out;
}

uint8_t *h265_joined(const struct sets *header_sets, const struct unit *header, const struct sets *data_sets,
                     const struct unit *data, size_t *size, int *qp) {
  struct slice_facts facts = {0};
  size_t data_bit;
  if (!same_coding(header_sets, data_sets) || !h265_slice(data_sets, data, &facts, &data_bit)) return NULL;
  struct reader r = reader_of(header, 2);
  struct writer w = {calloc(1, header->size + data->size + 256), 16};
  uint8_t *out = h265_header(header_sets, header, &r, &w, &facts) ? joined(header, 2, &w, data, data_bit, 0, size) : NULL;
  free(w.at);
  *qp = facts.qp;
  return out;
}
