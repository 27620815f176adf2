/* What NVENC was given, field by field, as lines "SESSION STRUCTURE.FIELD VALUE" in the file that "system dump" names. */
#include "lab.h"

#define F(from, field) fprintf(out, "%s." #field " %lld\n", at, (long long)(from)->field)
#define G(from, field) print_guid(out, at, #field, &(from)->field)
#define A(from, field) print_bytes(out, at, #field, (from)->field, sizeof (from)->field)

static void print_guid(FILE *out, const char *at, const char *field, const GUID *guid) {
  const uint8_t *d = guid->Data4;
  fprintf(out, "%s.%s %08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x\n", at, field, guid->Data1, guid->Data2,
          guid->Data3, d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7]);
}

static void print_bytes(FILE *out, const char *at, const char *field, const uint8_t *bytes, size_t count) {
  fprintf(out, "%s.%s", at, field);
  for (size_t i = 0; i < count; i++) fprintf(out, " %u", bytes[i]);
  fputc('\n', out);
}

static void rates(FILE *out, const char *at, const NV_ENC_RC_PARAMS *rc) {
  F(rc, version); F(rc, rateControlMode); F(rc, constQP.qpInterP); F(rc, constQP.qpInterB); F(rc, constQP.qpIntra);
  F(rc, averageBitRate); F(rc, maxBitRate); F(rc, vbvBufferSize); F(rc, vbvInitialDelay); F(rc, enableMinQP);
  F(rc, enableMaxQP); F(rc, enableInitialRCQP); F(rc, enableAQ); F(rc, enableLookahead); F(rc, disableIadapt);
  F(rc, disableBadapt); F(rc, enableTemporalAQ); F(rc, zeroReorderDelay); F(rc, enableNonRefP);
  F(rc, strictGOPTarget); F(rc, aqStrength); F(rc, enableExtLookahead); F(rc, minQP.qpInterP); F(rc, minQP.qpInterB);
  F(rc, minQP.qpIntra); F(rc, maxQP.qpInterP); F(rc, maxQP.qpInterB); F(rc, maxQP.qpIntra);
  F(rc, initialRCQP.qpInterP); F(rc, initialRCQP.qpInterB); F(rc, initialRCQP.qpIntra); F(rc, temporallayerIdxMask);
  A(rc, temporalLayerQP); F(rc, targetQuality); F(rc, targetQualityLSB); F(rc, lookaheadDepth);
  F(rc, lowDelayKeyFrameScale); F(rc, yDcQPIndexOffset); F(rc, uDcQPIndexOffset); F(rc, vDcQPIndexOffset);
  F(rc, qpMapMode); F(rc, multiPass); F(rc, alphaLayerBitrateRatio); F(rc, cbQPIndexOffset); F(rc, crQPIndexOffset);
  F(rc, lookaheadLevel); A(rc, viewBitrateRatios);
}

static void vui(FILE *out, const char *at, const NV_ENC_CONFIG_H264_VUI_PARAMETERS *v) {
  F(v, overscanInfoPresentFlag); F(v, overscanInfo); F(v, videoSignalTypePresentFlag);
  F(v, videoFormat); F(v, videoFullRangeFlag); F(v, colourDescriptionPresentFlag);
  F(v, colourPrimaries); F(v, transferCharacteristics); F(v, colourMatrix);
  F(v, chromaSampleLocationFlag); F(v, chromaSampleLocationTop); F(v, chromaSampleLocationBot);
  F(v, bitstreamRestrictionFlag); F(v, timingInfoPresentFlag); F(v, numUnitInTicks);
  F(v, timeScale);
}

static void h264(FILE *out, const char *at, const NV_ENC_CONFIG_H264 *c) {
  F(c, enableTemporalSVC); F(c, enableStereoMVC); F(c, hierarchicalPFrames); F(c, hierarchicalBFrames);
  F(c, outputBufferingPeriodSEI); F(c, outputPictureTimingSEI); F(c, outputAUD); F(c, disableSPSPPS);
  F(c, outputFramePackingSEI); F(c, outputRecoveryPointSEI); F(c, enableIntraRefresh);
  F(c, enableConstrainedEncoding); F(c, repeatSPSPPS); F(c, enableVFR); F(c, enableLTR);
  F(c, qpPrimeYZeroTransformBypassFlag); F(c, useConstrainedIntraPred); F(c, enableFillerDataInsertion);
  F(c, disableSVCPrefixNalu); F(c, enableScalabilityInfoSEI); F(c, singleSliceIntraRefresh); F(c, enableTimeCode);
  F(c, level); F(c, idrPeriod); F(c, separateColourPlaneFlag); F(c, disableDeblockingFilterIDC);
  F(c, numTemporalLayers); F(c, spsId); F(c, ppsId); F(c, adaptiveTransformMode); F(c, fmoMode); F(c, bdirectMode);
  F(c, entropyCodingMode); F(c, stereoMode); F(c, intraRefreshPeriod); F(c, intraRefreshCnt); F(c, maxNumRefFrames);
  F(c, sliceMode); F(c, sliceModeData); F(c, ltrNumFrames); F(c, ltrTrustMode); F(c, chromaFormatIDC);
  F(c, maxTemporalLayers); F(c, useBFramesAsRef); F(c, numRefL0); F(c, numRefL1); F(c, outputBitDepth);
  F(c, inputBitDepth); F(c, tfLevel);
}

static void hevc(FILE *out, const char *at, const NV_ENC_CONFIG_HEVC *c) {
  F(c, level); F(c, tier); F(c, minCUSize); F(c, maxCUSize); F(c, useConstrainedIntraPred);
  F(c, disableDeblockAcrossSliceBoundary); F(c, outputBufferingPeriodSEI); F(c, outputPictureTimingSEI);
  F(c, outputAUD); F(c, enableLTR); F(c, disableSPSPPS); F(c, repeatSPSPPS); F(c, enableIntraRefresh);
  F(c, chromaFormatIDC); F(c, enableFillerDataInsertion); F(c, enableConstrainedEncoding);
  F(c, enableAlphaLayerEncoding); F(c, singleSliceIntraRefresh); F(c, outputRecoveryPointSEI);
  F(c, outputTimeCodeSEI); F(c, enableTemporalSVC); F(c, enableMVHEVC); F(c, outputHevc3DReferenceDisplayInfo);
  F(c, outputMaxCll); F(c, outputMasteringDisplay); F(c, idrPeriod); F(c, intraRefreshPeriod); F(c, intraRefreshCnt);
  F(c, maxNumRefFramesInDPB); F(c, ltrNumFrames); F(c, vpsId); F(c, spsId); F(c, ppsId); F(c, sliceMode);
  F(c, sliceModeData); F(c, maxTemporalLayersMinus1); F(c, ltrTrustMode); F(c, useBFramesAsRef); F(c, numRefL0);
  F(c, numRefL1); F(c, tfLevel); F(c, disableDeblockingFilterIDC); F(c, outputBitDepth); F(c, inputBitDepth);
  F(c, numTemporalLayers); F(c, numViews);
}

static void av1(FILE *out, const char *at, const NV_ENC_CONFIG_AV1 *c) {
  F(c, level); F(c, tier); F(c, minPartSize); F(c, maxPartSize); F(c, outputAnnexBFormat); F(c, enableTimingInfo);
  F(c, enableDecoderModelInfo); F(c, enableFrameIdNumbers); F(c, disableSeqHdr); F(c, repeatSeqHdr);
  F(c, enableIntraRefresh); F(c, chromaFormatIDC); F(c, enableBitstreamPadding); F(c, enableCustomTileConfig);
  F(c, enableFilmGrainParams); F(c, enableLTR); F(c, enableTemporalSVC); F(c, outputMaxCll);
  F(c, outputMasteringDisplay); F(c, idrPeriod); F(c, intraRefreshPeriod); F(c, intraRefreshCnt);
  F(c, maxNumRefFramesInDPB); F(c, numTileColumns); F(c, numTileRows); F(c, maxTemporalLayersMinus1);
  F(c, colorPrimaries); F(c, transferCharacteristics); F(c, matrixCoefficients); F(c, colorRange);
  F(c, chromaSamplePosition); F(c, useBFramesAsRef); F(c, numFwdRefs); F(c, numBwdRefs); F(c, outputBitDepth);
  F(c, inputBitDepth); F(c, ltrNumFrames); F(c, numTemporalLayers); F(c, tfLevel);
}

static void config(FILE *out, const char *at, const NV_ENC_CONFIG *c) {
  F(c, version); G(c, profileGUID); F(c, gopLength); F(c, frameIntervalP); F(c, monoChromeEncoding);
  F(c, frameFieldMode); F(c, mvPrecision);
}

static void initialize(FILE *out, const char *at, const NV_ENC_INITIALIZE_PARAMS *c) {
  F(c, version); G(c, encodeGUID); G(c, presetGUID); F(c, encodeWidth); F(c, encodeHeight); F(c, darWidth);
  F(c, darHeight); F(c, frameRateNum); F(c, frameRateDen); F(c, enableEncodeAsync); F(c, enablePTD);
  F(c, reportSliceOffsets); F(c, enableSubFrameWrite); F(c, enableExternalMEHints); F(c, enableMEOnlyMode);
  F(c, enableWeightedPrediction); F(c, splitEncodeMode); F(c, enableOutputInVidmem); F(c, enableReconFrameOutput);
  F(c, enableOutputStats); F(c, enableUniDirectionalB); F(c, privDataSize); F(c, maxEncodeWidth);
  F(c, maxEncodeHeight); F(c, tuningInfo); F(c, bufferFormat); F(c, numStateBuffers); F(c, outputStatsLevel);
}

FILE *received_dump(void) {
  char path[4096];
  const char *name = said(SYSTEM, "dump");
  if (!name) return NULL;
  path_in_folder(path, sizeof path, name);
  return fopen(path, "ae");
}

static void name_of(char *out, size_t size, uint32_t session, const char *structure) {
  snprintf(out, size, "%u %s", session, structure);
}

static void dump_codec(FILE *out, uint32_t session, const NV_ENC_INITIALIZE_PARAMS *init) {
  char at[96];
  const NV_ENC_CODEC_CONFIG *codec = &init->encodeConfig->encodeCodecConfig;
  switch (init->encodeGUID.Data1) {
    case CODEC_H264:
      name_of(at, sizeof at, session, "NV_ENC_CONFIG_H264");
      h264(out, at, &codec->h264Config);
      name_of(at, sizeof at, session, "NV_ENC_CONFIG_H264_VUI_PARAMETERS");
      vui(out, at, &codec->h264Config.h264VUIParameters);
      break;
    case CODEC_HEVC:
      name_of(at, sizeof at, session, "NV_ENC_CONFIG_HEVC");
      hevc(out, at, &codec->hevcConfig);
      name_of(at, sizeof at, session, "NV_ENC_CONFIG_HEVC_VUI_PARAMETERS");
      vui(out, at, &codec->hevcConfig.hevcVUIParameters);
      break;
    default:
      name_of(at, sizeof at, session, "NV_ENC_CONFIG_AV1");
      av1(out, at, &codec->av1Config);
  }
}

void received_session(uint32_t session, int device, const NV_ENC_INITIALIZE_PARAMS *init) {
  char at[96];
  FILE *out = received_dump();
  if (!out) return;
  flock(fileno(out), LOCK_EX);
  fprintf(out, "%u GPU %d\n", session, device);
  name_of(at, sizeof at, session, "NV_ENC_INITIALIZE_PARAMS");
  initialize(out, at, init);
  name_of(at, sizeof at, session, "NV_ENC_CONFIG");
  config(out, at, init->encodeConfig);
  name_of(at, sizeof at, session, "NV_ENC_RC_PARAMS");
  rates(out, at, &init->encodeConfig->rcParams);
  dump_codec(out, session, init);
  fclose(out);
}

void received_rates(uint32_t session, const NV_ENC_RECONFIGURE_PARAMS *changed) {
  FILE *out = received_dump();
  if (!out) return;
  char at[96];
  name_of(at, sizeof at, session, "NV_ENC_RECONFIGURE_PARAMS");
  F(changed, resetEncoder);
  F(changed, forceIDR);
  if (changed->reInitEncodeParams.encodeConfig) rates(out, at, &changed->reInitEncodeParams.encodeConfig->rcParams);
  fclose(out);
}

void received_picture(uint32_t session, const NV_ENC_PIC_PARAMS *picture) {
  if (!picture->encodePicFlags || picture->encodePicFlags == PIC_EOS) return;
  FILE *out = received_dump();
  if (!out) return;
  fprintf(out, "%u NV_ENC_PIC_PARAMS[%u].encodePicFlags %u\n", session, picture->frameIdx, picture->encodePicFlags);
  fclose(out);
}
