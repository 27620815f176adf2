/* libnvcuvid: what can be decoded. */
#include "lab.h"

/* DEVICE decode/CODEC/CHROMA/BITS ENGINES MINWIDTH MINHEIGHT MAXWIDTH MAXHEIGHT MACROBLOCKS. */
int cuvidGetDecoderCaps(CUVIDDECODECAPS *asked) {
  char key[SCRIPT_WORD];
  unsigned engines, min_width, min_height, max_width, max_height, macroblocks;
  int device = current_device();
  if (device < 0) return CUDA_INVALID_CONTEXT;
  int failed = code_of(device, "cuvidGetDecoderCaps");
  if (!failed) failed = is_lost(device, 0);
  if (failed) return failed;
  snprintf(key, sizeof key, "decode/%u/%u/%u", asked->eCodecType, asked->eChromaFormat, asked->nBitDepthMinus8 + 8);
  const char *found = said(device, key);
  if (found && sscanf(found, "%u %u %u %u %u %u", &engines, &min_width, &min_height, &max_width, &max_height,
                      &macroblocks) == 6) {
    asked->bIsSupported = 1;
    asked->nNumNVDECs = (uint8_t)engines;
    asked->nMinWidth = (uint16_t)min_width;
    asked->nMinHeight = (uint16_t)min_height;
    asked->nMaxWidth = max_width;
    asked->nMaxHeight = max_height;
    asked->nMaxMBCount = macroblocks;
  }
  return 0;
}
