/*
 * Headers of slices, read from one bitstream and written for the parameter sets of another: ITU-T H.264 7.3.2 and 7.3.3,
 * H.265 7.3.2 and 7.3.6.
 */
#ifndef PENSTOCK_LAB_VABITS_H
#define PENSTOCK_LAB_VABITS_H

#include <stddef.h>
#include <stdint.h>

/* The payload of a unit, without the bytes that keep start codes out of it. */
struct unit {
  uint8_t *at;
  size_t size;
  /* The first byte of its own header. */
  int first;
};

/* What of the parameter sets says how a slice's header is written. */
struct sets {
  int frame_num_bits, poc_type, poc_bits, frame_mbs_only, always_zero;
  int cabac, pic_order, l0, l1, weighted, weighted_b, init_qp, deblocking, redundant, transform8;
  int short_term_sets, long_term, temporal, sao, separate_planes, output_flag, extra_bits, cabac_init, chroma_offsets,
      override_enabled, deblocking_disabled, lists, across, tiles, sync, extension, sign_hiding, qp_delta;
  int min_block, block_depth, min_transform, transform_depth, inter_depth, intra_depth, amp, strong_intra;
  int width, height, bits;
  int complete;
};

enum { SLICE_P = 0, SLICE_B = 1, SLICE_I = 2 };

/* What the slice's data depends on, and so comes from who wrote the data. */
struct slice_facts {
  int type, cabac_init, qp, deblocking_off, alpha, beta, merge;
};

int unit_next(const uint8_t *data, size_t size, size_t *at, const uint8_t **unit, size_t *length);
struct unit unit_plain(const uint8_t *unit, size_t length);
void unit_free(struct unit *unit);

void h264_sets(struct sets *sets, const struct unit *unit);
void h265_sets(struct sets *sets, const struct unit *unit);

/* What the data of a slice depends on, and where it begins, in bits; 0 for one that the lab does not read. */
int h264_slice(const struct sets *sets, const struct unit *unit, struct slice_facts *facts, size_t *data_bit);
int h265_slice(const struct sets *sets, const struct unit *unit, struct slice_facts *facts, size_t *data_bit);

/*
 * A slice with the header of one unit, as far as it may stay, and the data of another, with a start code. Freed by the
 * caller; NULL for one that the lab does not write.
 */
uint8_t *h264_joined(const struct sets *header_sets, const struct unit *header, const struct sets *data_sets,
                     const struct unit *data, size_t *size, int *qp);
uint8_t *h265_joined(const struct sets *header_sets, const struct unit *header, const struct sets *data_sets,
                     const struct unit *data, size_t *size, int *qp);

#endif
