package dev.penstock.hardware.nvidia;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Structures of NVENC and NVDEC, as far as their capabilities are asked for: nvEncodeAPI.h and
 * dynlink_cuviddec.h of nv-codec-headers 13.0. Compiled against a header by a test.
 */
final class VideoStructs {
  static final StructLayout GUID =
      Structs.struct(
          "GUID",
          Structs.number("Data1"),
          Structs.half("Data2"),
          Structs.half("Data3"),
          Structs.text("Data4", 8));
  static final StructLayout OPEN =
      Structs.struct(
          "NV_ENC_OPEN_ENCODE_SESSION_EX_PARAMS",
          Structs.number("version"),
          Structs.number("deviceType"),
          ADDRESS.withName("device"),
          ADDRESS.withName("reserved"),
          Structs.number("apiVersion"),
          MemoryLayout.sequenceLayout(253, JAVA_INT).withName("reserved1"),
          MemoryLayout.sequenceLayout(64, ADDRESS).withName("reserved2"));
  static final StructLayout CAPS =
      Structs.struct(
          "NV_ENC_CAPS_PARAM",
          Structs.number("version"),
          Structs.number("capsToQuery"),
          MemoryLayout.sequenceLayout(62, JAVA_INT).withName("reserved"));
  static final StructLayout FUNCTIONS = functions();
  static final StructLayout DECODE_CAPS =
      Structs.struct(
          "CUVIDDECODECAPS",
          Structs.number("eCodecType"),
          Structs.number("eChromaFormat"),
          Structs.number("nBitDepthMinus8"),
          MemoryLayout.sequenceLayout(3, JAVA_INT).withName("reserved1"),
          JAVA_BYTE.withName("bIsSupported"),
          JAVA_BYTE.withName("nNumNVDECs"),
          JAVA_SHORT.withName("nOutputFormatMask"),
          Structs.number("nMaxWidth"),
          Structs.number("nMaxHeight"),
          Structs.number("nMaxMBCount"),
          Structs.half("nMinWidth"),
          Structs.half("nMinHeight"),
          JAVA_BYTE.withName("bIsHistogramSupported"),
          JAVA_BYTE.withName("nCounterBitDepth"),
          Structs.half("nMaxHistogramBins"),
          MemoryLayout.sequenceLayout(10, JAVA_INT).withName("reserved3"));

  private VideoStructs() {}

  static List<StructLayout> all() {
    return List.of(GUID, OPEN, CAPS, FUNCTIONS, DECODE_CAPS);
  }

  private static StructLayout functions() {
    List<MemoryLayout> fields = new ArrayList<>();
    fields.add(Structs.number("version"));
    fields.add(Structs.number("reserved"));
    Stream.of(
            "nvEncOpenEncodeSession",
            "nvEncGetEncodeGUIDCount",
            "nvEncGetEncodeProfileGUIDCount",
            "nvEncGetEncodeProfileGUIDs",
            "nvEncGetEncodeGUIDs",
            "nvEncGetInputFormatCount",
            "nvEncGetInputFormats",
            "nvEncGetEncodeCaps",
            "nvEncGetEncodePresetCount",
            "nvEncGetEncodePresetGUIDs",
            "nvEncGetEncodePresetConfig",
            "nvEncInitializeEncoder",
            "nvEncCreateInputBuffer",
            "nvEncDestroyInputBuffer",
            "nvEncCreateBitstreamBuffer",
            "nvEncDestroyBitstreamBuffer",
            "nvEncEncodePicture",
            "nvEncLockBitstream",
            "nvEncUnlockBitstream",
            "nvEncLockInputBuffer",
            "nvEncUnlockInputBuffer",
            "nvEncGetEncodeStats",
            "nvEncGetSequenceParams",
            "nvEncRegisterAsyncEvent",
            "nvEncUnregisterAsyncEvent",
            "nvEncMapInputResource",
            "nvEncUnmapInputResource",
            "nvEncDestroyEncoder",
            "nvEncInvalidateRefFrames",
            "nvEncOpenEncodeSessionEx")
        .forEach(name -> fields.add(ADDRESS.withName(name)));
    fields.add(MemoryLayout.sequenceLayout(288, ADDRESS).withName("rest"));
    return Structs.struct("NV_ENCODE_API_FUNCTION_LIST", fields.toArray(MemoryLayout[]::new));
  }
}
