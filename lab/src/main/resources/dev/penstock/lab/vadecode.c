/*
 * Decoding of H.264, HEVC and VP9. What VA-API tells of a picture is what NVDEC is told, in other structures: those are
 * filled from these, and nvdec.c does the rest, with what it refuses.
 */
#include "vadriver.h"

#define MAX_SURFACES 64

struct va_decoder {
  struct decoder *decoder;
  uint32_t surfaces[MAX_SURFACES];
};

static const char *codec_of(int profile) {
  switch (profile) {
    case 6:
    case 7:
    case 13: return "h264";
    case 17:
    case 18: return "hevc";
    case 19:
    case 21: return "vp9";
    default: return NULL;
  }
}

static int opened(struct context_object *c) {
  const char *name = codec_of(c->config->profile);
  if (c->decoder) return 1;
  struct decoder *decoder = name ? decoder_open(name, MAX_SURFACES) : NULL;
  if (!decoder) return 0;
  c->decoder = calloc(1, sizeof *c->decoder);
  c->decoder->decoder = decoder;
  return 1;
}

void va_decoder_close(struct va_decoder *d) {
  if (!d) return;
  decoder_close(d->decoder);
  free(d);
}

/* A place for each surface; -1 when there are too many. */
static int place_of(struct va_decoder *d, uint32_t surface) {
  for (int i = 0; i < MAX_SURFACES; i++) {
    if (!d->surfaces[i]) d->surfaces[i] = surface;
    if (d->surfaces[i] == surface) return i;
  }
  return -1;
}

/* Slices. */

struct slices {
  uint8_t *at;
  uint32_t *offsets, size, count;
};

static void add(struct slices *s, const uint8_t *data, size_t size, int with_start) {
  s->offsets = realloc(s->offsets, (s->count + 1) * sizeof *s->offsets);
  s->at = realloc(s->at, s->size + size + 3);
  s->offsets[s->count++] = s->size;
  if (with_start) memcpy(s->at + s->size, "\0\0\1", 3);
  s->size += with_start ? 3 : 0;
  memcpy(s->at + s->size, data, size);
  s->size += (uint32_t)size;
}

/* The parameters of slices stand before the data they are about. */
static void gather(const struct context_object *c, struct slices *s, int with_start) {
  const struct rendered *about = NULL;
  for (int i = 0; i < c->rendered_count; i++) {
    const struct rendered *r = &c->rendered[i];
    if (r->type == BUFFER_SLICE) about = r;
    if (r->type != BUFFER_SLICE_DATA || !about) continue;
    for (unsigned j = 0; j < about->count; j++) {
      const struct va_slice *slice = (const void *)(about->at + (size_t)j * about->size);
      size_t end = (size_t)slice->slice_data_offset + slice->slice_data_size;
      if (end <= (size_t)r->size * r->count) add(s, r->at + slice->slice_data_offset, slice->slice_data_size, with_start);
    }
  }
}

/*
 * How many references a slice has stands in its own header, or in the set of the picture, and VA-API tells what came of
 * it: of the first slice that has some it is taken for the set's.
 */
static void active(const struct context_object *c, CUVIDH264PICPARAMS *h) {
  int first = 1;
  for (int i = 0; i < c->rendered_count; i++) {
    const struct rendered *r = &c->rendered[i];
    for (unsigned j = 0; r->type == BUFFER_SLICE && j < r->count; j++) {
      const VASliceParameterBufferH264 *s = (const void *)(r->at + (size_t)j * r->size);
      if (s->slice_type % 5 == 2 || s->slice_type % 5 == 4) continue;
      if (first) h->num_ref_idx_l0_active_minus1 = s->num_ref_idx_l0_active_minus1;
      if (s->slice_type % 5 == 1) h->num_ref_idx_l1_active_minus1 = s->num_ref_idx_l1_active_minus1;
      first = 0;
    }
  }
}

static int decode_h264(struct context_object *c, CUVIDPICPARAMS *p) {
  const struct rendered *picture = rendered_of(c, BUFFER_PICTURE), *lists = rendered_of(c, BUFFER_IQ_MATRIX);
  const VAPictureParameterBufferH264 *v = picture ? (const void *)picture->at : NULL;
  CUVIDH264PICPARAMS *h = &p->CodecSpecific.h264;
  if (!v) return VA_INVALID_PARAMETER;
  p->PicWidthInMbs = v->picture_width_in_mbs_minus1 + 1;
  p->FrameHeightInMbs = v->picture_height_in_mbs_minus1 + 1;
  p->field_pic_flag = v->field_pic_flag;
  *h = (CUVIDH264PICPARAMS){
      .log2_max_frame_num_minus4 = v->log2_max_frame_num_minus4,
      .pic_order_cnt_type = v->pic_order_cnt_type,
      .log2_max_pic_order_cnt_lsb_minus4 = v->log2_max_pic_order_cnt_lsb_minus4,
      .delta_pic_order_always_zero_flag = v->delta_pic_order_always_zero_flag,
      .frame_mbs_only_flag = v->frame_mbs_only_flag,
      .direct_8x8_inference_flag = v->direct_8x8_inference_flag,
      .num_ref_frames = v->num_ref_frames,
      .bit_depth_luma_minus8 = v->bit_depth_luma_minus8,
      .bit_depth_chroma_minus8 = v->bit_depth_chroma_minus8,
      .entropy_coding_mode_flag = v->entropy_coding_mode_flag,
      .pic_order_present_flag = v->pic_order_present_flag,
      .weighted_pred_flag = v->weighted_pred_flag,
      .weighted_bipred_idc = v->weighted_bipred_idc,
      .pic_init_qp_minus26 = v->pic_init_qp_minus26,
      .deblocking_filter_control_present_flag = v->deblocking_filter_control_present_flag,
      .redundant_pic_cnt_present_flag = v->redundant_pic_cnt_present_flag,
      .transform_8x8_mode_flag = v->transform_8x8_mode_flag,
      .constrained_intra_pred_flag = v->constrained_intra_pred_flag,
      .chroma_qp_index_offset = v->chroma_qp_index_offset,
      .second_chroma_qp_index_offset = v->second_chroma_qp_index_offset,
      .ref_pic_flag = v->reference_pic_flag,
      .frame_num = v->frame_num,
  };
  active(c, h);
  memset(h->WeightScale4x4, 16, sizeof h->WeightScale4x4 + sizeof h->WeightScale8x8);
  if (lists) memcpy(h->WeightScale4x4, lists->at, sizeof h->WeightScale4x4 + sizeof h->WeightScale8x8);
  return decoder_h264(c->decoder->decoder, p, v->mb_adaptive_frame_field_flag) ? VA_DECODING_ERROR : VA_OK;
}

static int decode_hevc(struct context_object *c, CUVIDPICPARAMS *p) {
  const struct rendered *picture = rendered_of(c, BUFFER_PICTURE);
  const VAPictureParameterBufferHEVC *v = picture ? (const void *)picture->at : NULL;
  CUVIDHEVCPICPARAMS *h = &p->CodecSpecific.hevc;
  if (!v) return VA_INVALID_PARAMETER;
  *h = (CUVIDHEVCPICPARAMS){
      .pic_width_in_luma_samples = v->pic_width_in_luma_samples,
      .pic_height_in_luma_samples = v->pic_height_in_luma_samples,
      .log2_min_luma_coding_block_size_minus3 = v->log2_min_luma_coding_block_size_minus3,
      .log2_diff_max_min_luma_coding_block_size = v->log2_diff_max_min_luma_coding_block_size,
      .log2_min_transform_block_size_minus2 = v->log2_min_transform_block_size_minus2,
      .log2_diff_max_min_transform_block_size = v->log2_diff_max_min_transform_block_size,
      .pcm_enabled_flag = v->pcm_enabled_flag,
      .log2_min_pcm_luma_coding_block_size_minus3 = v->log2_min_pcm_luma_coding_block_size_minus3,
      .log2_diff_max_min_pcm_luma_coding_block_size = v->log2_diff_max_min_pcm_luma_coding_block_size,
      .pcm_sample_bit_depth_luma_minus1 = v->pcm_sample_bit_depth_luma_minus1,
      .pcm_sample_bit_depth_chroma_minus1 = v->pcm_sample_bit_depth_chroma_minus1,
      .pcm_loop_filter_disabled_flag = v->pcm_loop_filter_disabled_flag,
      .strong_intra_smoothing_enabled_flag = v->strong_intra_smoothing_enabled_flag,
      .max_transform_hierarchy_depth_intra = v->max_transform_hierarchy_depth_intra,
      .max_transform_hierarchy_depth_inter = v->max_transform_hierarchy_depth_inter,
      .amp_enabled_flag = v->amp_enabled_flag,
      .log2_max_pic_order_cnt_lsb_minus4 = v->log2_max_pic_order_cnt_lsb_minus4,
      .num_short_term_ref_pic_sets = v->num_short_term_ref_pic_sets,
      .long_term_ref_pics_present_flag = v->long_term_ref_pics_present_flag,
      .num_long_term_ref_pics_sps = v->num_long_term_ref_pic_sps,
      .sps_temporal_mvp_enabled_flag = v->sps_temporal_mvp_enabled_flag,
      .sample_adaptive_offset_enabled_flag = v->sample_adaptive_offset_enabled_flag,
      .scaling_list_enable_flag = v->scaling_list_enabled_flag,
      .bit_depth_luma_minus8 = v->bit_depth_luma_minus8,
      .bit_depth_chroma_minus8 = v->bit_depth_chroma_minus8,
      .dependent_slice_segments_enabled_flag = v->dependent_slice_segments_enabled_flag,
      .slice_segment_header_extension_present_flag = v->slice_segment_header_extension_present_flag,
      .sign_data_hiding_enabled_flag = v->sign_data_hiding_enabled_flag,
      .cu_qp_delta_enabled_flag = v->cu_qp_delta_enabled_flag,
      .diff_cu_qp_delta_depth = v->diff_cu_qp_delta_depth,
      .init_qp_minus26 = v->init_qp_minus26,
      .pps_cb_qp_offset = v->pps_cb_qp_offset,
      .pps_cr_qp_offset = v->pps_cr_qp_offset,
      .constrained_intra_pred_flag = v->constrained_intra_pred_flag,
      .weighted_pred_flag = v->weighted_pred_flag,
      .weighted_bipred_flag = v->weighted_bipred_flag,
      .transform_skip_enabled_flag = v->transform_skip_enabled_flag,
      .transquant_bypass_enabled_flag = v->transquant_bypass_enabled_flag,
      .entropy_coding_sync_enabled_flag = v->entropy_coding_sync_enabled_flag,
      .log2_parallel_merge_level_minus2 = v->log2_parallel_merge_level_minus2,
      .num_extra_slice_header_bits = v->num_extra_slice_header_bits,
      .loop_filter_across_tiles_enabled_flag = v->loop_filter_across_tiles_enabled_flag,
      .loop_filter_across_slices_enabled_flag = v->pps_loop_filter_across_slices_enabled_flag,
      .output_flag_present_flag = v->output_flag_present_flag,
      .num_ref_idx_l0_default_active_minus1 = v->num_ref_idx_l0_default_active_minus1,
      .num_ref_idx_l1_default_active_minus1 = v->num_ref_idx_l1_default_active_minus1,
      .lists_modification_present_flag = v->lists_modification_present_flag,
      .cabac_init_present_flag = v->cabac_init_present_flag,
      .pps_slice_chroma_qp_offsets_present_flag = v->pps_slice_chroma_qp_offsets_present_flag,
      .deblocking_filter_override_enabled_flag = v->deblocking_filter_override_enabled_flag,
      .pps_deblocking_filter_disabled_flag = v->pps_disable_deblocking_filter_flag,
      .pps_beta_offset_div2 = v->pps_beta_offset_div2,
      .pps_tc_offset_div2 = v->pps_tc_offset_div2,
      .tiles_enabled_flag = v->tiles_enabled_flag,
      .num_tile_columns_minus1 = v->num_tile_columns_minus1,
      .num_tile_rows_minus1 = v->num_tile_rows_minus1,
  };
  for (int i = 0; i < 19; i++) h->column_width_minus1[i] = v->column_width_minus1[i];
  for (int i = 0; i < 21; i++) h->row_height_minus1[i] = v->row_height_minus1[i];
  return decoder_hevc(c->decoder->decoder, p) ? VA_DECODING_ERROR : VA_OK;
}

static void show(const struct decoded *picture, struct surface *s) {
  int wide = s->fourcc == FOURCC_P010;
  int width = picture->width < s->width ? picture->width : s->width;
  int height = picture->height < s->height ? picture->height : s->height;
  for (int plane = 0; plane < 3; plane++) {
    int columns = plane ? (width + 1) / 2 : width, rows = plane ? (height + 1) / 2 : height;
    int step = plane ? 2 : 1, first = plane == 2;
    for (int y = 0; y < rows; y++) {
      const uint8_t *from = picture->plane[plane] + picture->pitch[plane] * y;
      uint8_t *to = s->at + (plane ? s->chroma_offset : 0) + s->pitch * (size_t)y;
      for (int x = 0; x < columns; x++) {
        if (wide) ((uint16_t *)to)[x * step + first] = (uint16_t)(((const uint16_t *)from)[x] << 6);
        else to[x * step + first] = from[x];
      }
    }
  }
}

static int decoded(struct context_object *c, const struct slices *s, int place) {
  CUVIDPICPARAMS p = {
      .CurrPicIdx = place,
      .nBitstreamDataLen = s->size,
      .pBitstreamData = s->at,
      .nNumSlices = s->count,
      .pSliceDataOffsets = s->offsets,
  };
  switch (c->config->profile) {
    case 19:
    case 21: return decoder_send(c->decoder->decoder, place, s->at, s->size) ? VA_OK : VA_DECODING_ERROR;
    case 17:
    case 18: return decode_hevc(c, &p);
    default: return decode_h264(c, &p);
  }
}

int va_decode(struct driver *driver, struct context_object *c, struct surface *surface) {
  struct slices slices = {0};
  struct decoded picture;
  (void)driver;
  if (!opened(c)) return VA_ALLOCATION_FAILED;
  int place = place_of(c->decoder, surface->object.id);
  int whole = c->config->profile == 19 || c->config->profile == 21;
  if (place < 0) return VA_MAX_NUM_EXCEEDED;
  gather(c, &slices, !whole);
  int failed = slices.count ? decoded(c, &slices, place) : VA_INVALID_PARAMETER;
  if (!failed && decoder_picture(c->decoder->decoder, place, &picture)) show(&picture, surface);
  free(slices.at);
  free(slices.offsets);
  return failed;
}
