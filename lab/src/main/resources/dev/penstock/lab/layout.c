/* The sizes and offsets that nv-codec-headers 13.0 gives these structures on x86-64. */
#include <stddef.h>

#include "video.h"

_Static_assert(sizeof(NV_ENC_QP) == 12, "NV_ENC_QP");
_Static_assert(sizeof(NV_ENC_RC_PARAMS) == 128, "NV_ENC_RC_PARAMS");
_Static_assert(sizeof(NV_ENC_CONFIG_H264_VUI_PARAMETERS) == 112, "NV_ENC_CONFIG_H264_VUI_PARAMETERS");
_Static_assert(sizeof(NV_ENC_CONFIG_H264) == 1792, "NV_ENC_CONFIG_H264");
_Static_assert(sizeof(NV_ENC_CONFIG_HEVC) == 1560, "NV_ENC_CONFIG_HEVC");
_Static_assert(sizeof(NV_ENC_CONFIG_AV1) == 1552, "NV_ENC_CONFIG_AV1");
_Static_assert(sizeof(NV_ENC_CODEC_CONFIG) == 1792, "NV_ENC_CODEC_CONFIG");
_Static_assert(sizeof(NV_ENC_CONFIG) == 3584, "NV_ENC_CONFIG");
_Static_assert(sizeof(NV_ENC_INITIALIZE_PARAMS) == 1800, "NV_ENC_INITIALIZE_PARAMS");
_Static_assert(sizeof(NV_ENC_RECONFIGURE_PARAMS) == 1816, "NV_ENC_RECONFIGURE_PARAMS");
_Static_assert(sizeof(NV_ENC_PRESET_CONFIG) == 5128, "NV_ENC_PRESET_CONFIG");
_Static_assert(sizeof(NV_ENC_CREATE_INPUT_BUFFER) == 776, "NV_ENC_CREATE_INPUT_BUFFER");
_Static_assert(sizeof(NV_ENC_CREATE_BITSTREAM_BUFFER) == 776, "NV_ENC_CREATE_BITSTREAM_BUFFER");
_Static_assert(sizeof(NV_ENC_LOCK_INPUT_BUFFER) == 1544, "NV_ENC_LOCK_INPUT_BUFFER");
_Static_assert(sizeof(NV_ENC_LOCK_BITSTREAM) == 1544, "NV_ENC_LOCK_BITSTREAM");
_Static_assert(sizeof(NV_ENC_MAP_INPUT_RESOURCE) == 1544, "NV_ENC_MAP_INPUT_RESOURCE");
_Static_assert(sizeof(NV_ENC_REGISTER_RESOURCE) == 1536, "NV_ENC_REGISTER_RESOURCE");
_Static_assert(sizeof(NV_ENC_SEQUENCE_PARAM_PAYLOAD) == 1544, "NV_ENC_SEQUENCE_PARAM_PAYLOAD");
_Static_assert(sizeof(NV_ENC_TIME_CODE) == 32, "NV_ENC_TIME_CODE");
_Static_assert(sizeof(NV_ENC_SEI_PAYLOAD) == 16, "NV_ENC_SEI_PAYLOAD");
_Static_assert(sizeof(NV_ENC_PIC_PARAMS_H264) == 1536, "NV_ENC_PIC_PARAMS_H264");
_Static_assert(sizeof(NV_ENC_PIC_PARAMS_HEVC) == 1536, "NV_ENC_PIC_PARAMS_HEVC");
_Static_assert(sizeof(NV_ENC_PIC_PARAMS) == 3360, "NV_ENC_PIC_PARAMS");
_Static_assert(sizeof(NV_ENCODE_API_FUNCTION_LIST) == 2552, "NV_ENCODE_API_FUNCTION_LIST");
_Static_assert(offsetof(NV_ENC_RC_PARAMS, minQP) == 40, "NV_ENC_RC_PARAMS.minQP");
_Static_assert(offsetof(NV_ENC_RC_PARAMS, targetQuality) == 88, "NV_ENC_RC_PARAMS.targetQuality");
_Static_assert(offsetof(NV_ENC_RC_PARAMS, multiPass) == 100, "NV_ENC_RC_PARAMS.multiPass");
_Static_assert(offsetof(NV_ENC_CONFIG_H264, idrPeriod) == 8, "NV_ENC_CONFIG_H264.idrPeriod");
_Static_assert(offsetof(NV_ENC_CONFIG_H264, h264VUIParameters) == 72, "NV_ENC_CONFIG_H264.h264VUIParameters");
_Static_assert(offsetof(NV_ENC_CONFIG_H264, inputBitDepth) == 216, "NV_ENC_CONFIG_H264.inputBitDepth");
_Static_assert(offsetof(NV_ENC_CONFIG_HEVC, idrPeriod) == 20, "NV_ENC_CONFIG_HEVC.idrPeriod");
_Static_assert(offsetof(NV_ENC_CONFIG_HEVC, hevcVUIParameters) == 64, "NV_ENC_CONFIG_HEVC.hevcVUIParameters");
_Static_assert(offsetof(NV_ENC_CONFIG_HEVC, inputBitDepth) == 204, "NV_ENC_CONFIG_HEVC.inputBitDepth");
_Static_assert(offsetof(NV_ENC_CONFIG_AV1, inputBitDepth) == 116, "NV_ENC_CONFIG_AV1.inputBitDepth");
_Static_assert(offsetof(NV_ENC_CONFIG, rcParams) == 40, "NV_ENC_CONFIG.rcParams");
_Static_assert(offsetof(NV_ENC_CONFIG, encodeCodecConfig) == 168, "NV_ENC_CONFIG.encodeCodecConfig");
_Static_assert(offsetof(NV_ENC_INITIALIZE_PARAMS, encodeConfig) == 88, "NV_ENC_INITIALIZE_PARAMS.encodeConfig");
_Static_assert(offsetof(NV_ENC_INITIALIZE_PARAMS, tuningInfo) == 136, "NV_ENC_INITIALIZE_PARAMS.tuningInfo");
_Static_assert(offsetof(NV_ENC_PRESET_CONFIG, presetCfg) == 8, "NV_ENC_PRESET_CONFIG.presetCfg");
_Static_assert(offsetof(NV_ENC_PIC_PARAMS, codecPicParams) == 80, "NV_ENC_PIC_PARAMS.codecPicParams");
_Static_assert(offsetof(NV_ENC_PIC_PARAMS, qpDeltaMap) == 1712, "NV_ENC_PIC_PARAMS.qpDeltaMap");
_Static_assert(offsetof(NV_ENC_LOCK_BITSTREAM, bitstreamBufferPtr) == 56, "NV_ENC_LOCK_BITSTREAM.bitstreamBufferPtr");
_Static_assert(offsetof(NV_ENC_LOCK_BITSTREAM, frameAvgQP) == 72, "NV_ENC_LOCK_BITSTREAM.frameAvgQP");
_Static_assert(offsetof(NV_ENC_REGISTER_RESOURCE, registeredResource) == 32,
               "NV_ENC_REGISTER_RESOURCE.registeredResource");
_Static_assert(offsetof(NV_ENC_MAP_INPUT_RESOURCE, mappedResource) == 24, "NV_ENC_MAP_INPUT_RESOURCE.mappedResource");
_Static_assert(offsetof(NV_ENC_PIC_PARAMS_H264, seiPayloadArray) == 40, "NV_ENC_PIC_PARAMS_H264.seiPayloadArray");
_Static_assert(offsetof(NV_ENC_PIC_PARAMS_HEVC, seiPayloadArray) == 64, "NV_ENC_PIC_PARAMS_HEVC.seiPayloadArray");
_Static_assert(offsetof(NV_ENCODE_API_FUNCTION_LIST, nvEncLookaheadPicture) == 344,
               "NV_ENCODE_API_FUNCTION_LIST.nvEncLookaheadPicture");
_Static_assert(sizeof(CUVIDDECODECAPS) == 88, "CUVIDDECODECAPS");
_Static_assert(sizeof(CUVIDDECODECREATEINFO) == 176, "CUVIDDECODECREATEINFO");
_Static_assert(offsetof(CUVIDDECODECREATEINFO, OutputFormat) == 88, "CUVIDDECODECREATEINFO.OutputFormat");
_Static_assert(offsetof(CUVIDDECODECREATEINFO, ulTargetWidth) == 96, "CUVIDDECODECREATEINFO.ulTargetWidth");
_Static_assert(offsetof(CUVIDPICPARAMS, pBitstreamData) == 32, "CUVIDPICPARAMS.pBitstreamData");
_Static_assert(offsetof(CUVIDPICPARAMS, CodecSpecific) == 184, "CUVIDPICPARAMS.CodecSpecific");
_Static_assert(offsetof(CUVIDH264PICPARAMS, entropy_coding_mode_flag) == 32,
               "CUVIDH264PICPARAMS.entropy_coding_mode_flag");
_Static_assert(offsetof(CUVIDH264PICPARAMS, dpb) == 104, "CUVIDH264PICPARAMS.dpb");
_Static_assert(offsetof(CUVIDH264PICPARAMS, WeightScale4x4) == 552, "CUVIDH264PICPARAMS.WeightScale4x4");
_Static_assert(offsetof(CUVIDH264PICPARAMS, WeightScale8x8) == 648, "CUVIDH264PICPARAMS.WeightScale8x8");
_Static_assert(offsetof(CUVIDHEVCPICPARAMS, log2_max_pic_order_cnt_lsb_minus4) == 23,
               "CUVIDHEVCPICPARAMS.log2_max_pic_order_cnt_lsb_minus4");
_Static_assert(offsetof(CUVIDHEVCPICPARAMS, dependent_slice_segments_enabled_flag) == 48,
               "CUVIDHEVCPICPARAMS.dependent_slice_segments_enabled_flag");
_Static_assert(offsetof(CUVIDHEVCPICPARAMS, tiles_enabled_flag) == 76, "CUVIDHEVCPICPARAMS.tiles_enabled_flag");
_Static_assert(offsetof(CUVIDHEVCPICPARAMS, column_width_minus1) == 80, "CUVIDHEVCPICPARAMS.column_width_minus1");
_Static_assert(offsetof(CUVIDHEVCPICPARAMS, sps_range_extension_flag) == 164,
               "CUVIDHEVCPICPARAMS.sps_range_extension_flag");
_Static_assert(offsetof(CUVIDHEVCPICPARAMS, pps_range_extension_flag) == 173,
               "CUVIDHEVCPICPARAMS.pps_range_extension_flag");
