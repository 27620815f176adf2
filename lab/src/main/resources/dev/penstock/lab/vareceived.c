/* What an encoder of VA-API was given, field by field, as lines "SESSION STRUCTURE.FIELD VALUE". */
#include "vadriver.h"

#define F(from, field) fprintf(out, "%u %s." #field " %lld\n", session, at, (long long)(from)->field)

static void h264_sequence(FILE *out, uint32_t session, const VAEncSequenceParameterBufferH264 *p) {
  const char *at = "VAEncSequenceParameterBufferH264";
  F(p, seq_parameter_set_id); F(p, level_idc); F(p, intra_period); F(p, intra_idr_period); F(p, ip_period);
  F(p, bits_per_second); F(p, max_num_ref_frames); F(p, picture_width_in_mbs); F(p, picture_height_in_mbs);
  F(p, chroma_format_idc); F(p, frame_mbs_only_flag); F(p, mb_adaptive_frame_field_flag);
  F(p, seq_scaling_matrix_present_flag); F(p, direct_8x8_inference_flag); F(p, log2_max_frame_num_minus4);
  F(p, pic_order_cnt_type); F(p, log2_max_pic_order_cnt_lsb_minus4); F(p, delta_pic_order_always_zero_flag);
  F(p, bit_depth_luma_minus8); F(p, bit_depth_chroma_minus8); F(p, frame_cropping_flag); F(p, frame_crop_left_offset);
  F(p, frame_crop_right_offset); F(p, frame_crop_top_offset); F(p, frame_crop_bottom_offset);
  F(p, vui_parameters_present_flag); F(p, aspect_ratio_info_present_flag); F(p, timing_info_present_flag);
  F(p, bitstream_restriction_flag); F(p, log2_max_mv_length_horizontal); F(p, log2_max_mv_length_vertical);
  F(p, fixed_frame_rate_flag); F(p, low_delay_hrd_flag); F(p, motion_vectors_over_pic_boundaries_flag);
  F(p, aspect_ratio_idc); F(p, sar_width); F(p, sar_height); F(p, num_units_in_tick); F(p, time_scale);
}

static void h264_picture(FILE *out, uint32_t session, const VAEncPictureParameterBufferH264 *p) {
  const char *at = "VAEncPictureParameterBufferH264";
  F(p, pic_parameter_set_id); F(p, seq_parameter_set_id); F(p, last_picture); F(p, frame_num); F(p, pic_init_qp);
  F(p, num_ref_idx_l0_active_minus1); F(p, num_ref_idx_l1_active_minus1); F(p, chroma_qp_index_offset);
  F(p, second_chroma_qp_index_offset); F(p, idr_pic_flag); F(p, reference_pic_flag); F(p, entropy_coding_mode_flag);
  F(p, weighted_pred_flag); F(p, weighted_bipred_idc); F(p, constrained_intra_pred_flag);
  F(p, transform_8x8_mode_flag); F(p, deblocking_filter_control_present_flag); F(p, redundant_pic_cnt_present_flag);
  F(p, pic_order_present_flag); F(p, pic_scaling_matrix_present_flag);
}

static void h264_slice(FILE *out, uint32_t session, const VAEncSliceParameterBufferH264 *p) {
  const char *at = "VAEncSliceParameterBufferH264";
  F(p, macroblock_address); F(p, num_macroblocks); F(p, slice_type); F(p, idr_pic_id); F(p, pic_order_cnt_lsb);
  F(p, direct_spatial_mv_pred_flag); F(p, num_ref_idx_active_override_flag); F(p, num_ref_idx_l0_active_minus1);
  F(p, num_ref_idx_l1_active_minus1); F(p, cabac_init_idc); F(p, slice_qp_delta); F(p, disable_deblocking_filter_idc);
  F(p, slice_alpha_c0_offset_div2); F(p, slice_beta_offset_div2);
}

static void hevc_sequence(FILE *out, uint32_t session, const VAEncSequenceParameterBufferHEVC *p) {
  const char *at = "VAEncSequenceParameterBufferHEVC";
  F(p, general_profile_idc); F(p, general_level_idc); F(p, general_tier_flag); F(p, intra_period);
  F(p, intra_idr_period); F(p, ip_period); F(p, bits_per_second); F(p, pic_width_in_luma_samples);
  F(p, pic_height_in_luma_samples); F(p, chroma_format_idc); F(p, bit_depth_luma_minus8);
  F(p, bit_depth_chroma_minus8); F(p, scaling_list_enabled_flag); F(p, strong_intra_smoothing_enabled_flag);
  F(p, amp_enabled_flag); F(p, sample_adaptive_offset_enabled_flag); F(p, pcm_enabled_flag);
  F(p, pcm_loop_filter_disabled_flag); F(p, sps_temporal_mvp_enabled_flag); F(p, low_delay_seq);
  F(p, hierachical_flag); F(p, log2_min_luma_coding_block_size_minus3); F(p, log2_diff_max_min_luma_coding_block_size);
  F(p, log2_min_transform_block_size_minus2); F(p, log2_diff_max_min_transform_block_size);
  F(p, max_transform_hierarchy_depth_inter); F(p, max_transform_hierarchy_depth_intra);
  F(p, vui_parameters_present_flag); F(p, aspect_ratio_info_present_flag); F(p, vui_timing_info_present_flag);
  F(p, bitstream_restriction_flag); F(p, aspect_ratio_idc); F(p, sar_width); F(p, sar_height);
  F(p, vui_num_units_in_tick); F(p, vui_time_scale);
}

static void hevc_picture(FILE *out, uint32_t session, const VAEncPictureParameterBufferHEVC *p) {
  const char *at = "VAEncPictureParameterBufferHEVC";
  F(p, collocated_ref_pic_index); F(p, last_picture); F(p, pic_init_qp); F(p, diff_cu_qp_delta_depth);
  F(p, pps_cb_qp_offset); F(p, pps_cr_qp_offset); F(p, num_tile_columns_minus1); F(p, num_tile_rows_minus1);
  F(p, log2_parallel_merge_level_minus2); F(p, ctu_max_bitsize_allowed); F(p, num_ref_idx_l0_default_active_minus1);
  F(p, num_ref_idx_l1_default_active_minus1); F(p, nal_unit_type); F(p, idr_pic_flag); F(p, coding_type);
  F(p, reference_pic_flag); F(p, sign_data_hiding_enabled_flag); F(p, constrained_intra_pred_flag);
  F(p, transform_skip_enabled_flag); F(p, cu_qp_delta_enabled_flag); F(p, weighted_pred_flag);
  F(p, weighted_bipred_flag); F(p, transquant_bypass_enabled_flag); F(p, tiles_enabled_flag);
  F(p, entropy_coding_sync_enabled_flag); F(p, pps_loop_filter_across_slices_enabled_flag);
  F(p, no_output_of_prior_pics_flag);
}

static void hevc_slice(FILE *out, uint32_t session, const VAEncSliceParameterBufferHEVC *p) {
  const char *at = "VAEncSliceParameterBufferHEVC";
  F(p, slice_segment_address); F(p, num_ctu_in_slice); F(p, slice_type); F(p, num_ref_idx_l0_active_minus1);
  F(p, num_ref_idx_l1_active_minus1); F(p, max_num_merge_cand); F(p, slice_qp_delta); F(p, slice_cb_qp_offset);
  F(p, slice_cr_qp_offset); F(p, slice_beta_offset_div2); F(p, slice_tc_offset_div2); F(p, last_slice_of_pic_flag);
  F(p, slice_temporal_mvp_enabled_flag); F(p, slice_sao_luma_flag); F(p, slice_sao_chroma_flag);
  F(p, cabac_init_flag); F(p, slice_deblocking_filter_disabled_flag);
  F(p, slice_loop_filter_across_slices_enabled_flag); F(p, collocated_from_l0_flag);
}

static void misc(FILE *out, uint32_t session, const uint8_t *data) {
  int type;
  memcpy(&type, data, sizeof type);
  const void *buffer = data + sizeof type;
  const char *at;
  switch (type) {
    case MISC_RATE_CONTROL: {
      const VAEncMiscParameterRateControl *p = buffer;
      at = "VAEncMiscParameterRateControl";
      F(p, bits_per_second); F(p, target_percentage); F(p, window_size); F(p, initial_qp); F(p, min_qp); F(p, max_qp);
      F(p, basic_unit_size); F(p, reset); F(p, disable_frame_skip); F(p, disable_bit_stuffing); F(p, mb_rate_control);
      F(p, enable_parallel_brc); F(p, frame_tolerance_mode); F(p, ICQ_quality_factor); F(p, quality_factor);
      F(p, target_frame_size);
      break;
    }
    case MISC_FRAME_RATE: {
      const VAEncMiscParameterFrameRate *p = buffer;
      at = "VAEncMiscParameterFrameRate";
      F(p, framerate); F(p, framerate_flags);
      break;
    }
    case MISC_HRD: {
      const VAEncMiscParameterHRD *p = buffer;
      at = "VAEncMiscParameterHRD";
      F(p, initial_buffer_fullness); F(p, buffer_size);
      break;
    }
    case MISC_QUALITY_LEVEL: {
      const VAEncMiscParameterBufferQualityLevel *p = buffer;
      at = "VAEncMiscParameterBufferQualityLevel";
      F(p, quality_level);
      break;
    }
    default: fprintf(out, "%u VAEncMiscParameterBuffer.type%d 1\n", session, type);
  }
}

static void buffer(FILE *out, uint32_t session, int hevc, const struct rendered *r) {
  const void *data = r->at;
  switch (r->type) {
    case BUFFER_ENC_SEQUENCE:
      if (hevc) hevc_sequence(out, session, data);
      else h264_sequence(out, session, data);
      break;
    case BUFFER_ENC_PICTURE:
      if (hevc) hevc_picture(out, session, data);
      else h264_picture(out, session, data);
      break;
    case BUFFER_ENC_SLICE:
      if (hevc) hevc_slice(out, session, data);
      else h264_slice(out, session, data);
      break;
    case BUFFER_ENC_MISC: misc(out, session, r->at); break;
    default: break;
  }
}

char va_type_of(const struct context_object *c) {
  const struct rendered *picture = rendered_of(c, BUFFER_ENC_PICTURE), *slice = rendered_of(c, BUFFER_ENC_SLICE);
  if (!picture || !slice) return '?';
  if (c->config->profile == 17 || c->config->profile == 18) {
    const VAEncPictureParameterBufferHEVC *p = (const void *)picture->at;
    return p->idr_pic_flag ? 'K' : "?IPBBB??"[p->coding_type];
  }
  const VAEncSliceParameterBufferH264 *s = (const void *)slice->at;
  return ((const VAEncPictureParameterBufferH264 *)(const void *)picture->at)->idr_pic_flag ? 'K' : "PBI??"[s->slice_type % 5];
}

void va_received_types(uint32_t session, const char *types) {
  FILE *out = received_dump();
  if (!out) return;
  flock(fileno(out), LOCK_EX);
  fprintf(out, "%u pictures.types %s\n", session, types);
  fclose(out);
}

void va_received(uint32_t session, int device, const struct context_object *c) {
  FILE *out = received_dump();
  if (!out) return;
  int hevc = c->config->profile == 17 || c->config->profile == 18;
  flock(fileno(out), LOCK_EX);
  fprintf(out, "%u GPU %d\n", session, device);
  fprintf(out, "%u VAConfig.profile %d\n%u VAConfig.entrypoint %d\n%u VAConfig.rate_control %u\n", session,
          c->config->profile, session, c->config->entrypoint, session, c->config->rate_control);
  for (int i = 0; i < c->rendered_count; i++) buffer(out, session, hevc, &c->rendered[i]);
  fclose(out);
}
