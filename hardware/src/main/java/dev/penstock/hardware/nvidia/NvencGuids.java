package dev.penstock.hardware.nvidia;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.Map;

/** The GUIDs of nvEncodeAPI.h, nv-codec-headers 13.0, by how they are written in text. */
final class NvencGuids {
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("6bc82762-4e63-4ca4-aa85-1e50f321f6bf", "h264"),
          Map.entry("790cdc88-4522-4d7b-9425-bda9975f7603", "hevc"),
          Map.entry("0a352289-0aa7-4759-862d-5d15cd16d254", "av1"),
          Map.entry("bfd6f8e7-233c-4341-8b3e-4818523803f4", "auto"),
          Map.entry("0727bcaa-78c4-4c83-8c2f-ef3dff267c6a", "baseline"),
          Map.entry("60b5c1d4-67fe-4790-94d5-c4726d7b6e6d", "main"),
          Map.entry("e7cbc309-4f7a-4b89-af2a-d537c92be310", "high"),
          Map.entry("8f0c337e-186c-48e9-a69d-7a8334089758", "high10"),
          Map.entry("ff3242e9-613c-4295-a1e8-2a7fe94d8133", "high422"),
          Map.entry("7ac663cb-a598-4960-b844-339b261a7d52", "high444"),
          Map.entry("40847bf5-33f7-4601-9084-e8fe3c1db8b7", "stereo"),
          Map.entry("b405afac-f32b-417b-89c4-9abeed3e5978", "progressive_high"),
          Map.entry("aec1bd87-e85b-48f2-84c3-98bca6285072", "constrained_high"),
          Map.entry("b514c39a-b55b-40fa-878f-f1253b4dfdec", "main"),
          Map.entry("fa4d2b6c-3a5b-411a-8018-0a3f5e3c9be5", "main10"),
          Map.entry("51ec32b5-1b4c-453c-9cbd-b616bd621341", "rext"),
          Map.entry("5f2a39f5-f14e-4f95-9a9e-b76d568fcf97", "main"));

  private NvencGuids() {}

  /** What a GUID stands for; itself when it is not known here. */
  static String name(MemorySegment guid) {
    String text = text(guid);
    return NAMES.getOrDefault(text, text);
  }

  private static String text(MemorySegment guid) {
    String rest = HexFormat.of().formatHex(guid.asSlice(8, 8).toArray(JAVA_BYTE));
    return "%08x-%04x-%04x-%s-%s"
        .formatted(
            guid.get(JAVA_INT_UNALIGNED, 0),
            guid.get(JAVA_SHORT_UNALIGNED, 4),
            guid.get(JAVA_SHORT_UNALIGNED, 6),
            rest.substring(0, 4),
            rest.substring(4));
  }
}
