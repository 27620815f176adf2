package dev.penstock.hardware.nvidia;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** NVML's structures, as far as they are read. Compiled against a header by a test. */
final class Structs {
  static final StructLayout PCI_INFO =
      struct(
          "nvmlPciInfo_t",
          text("busIdLegacy", 16),
          number("domain"),
          number("bus"),
          number("device"),
          number("pciDeviceId"),
          number("pciSubSystemId"),
          text("busId", 32));
  static final StructLayout MEMORY =
      struct(
          "nvmlMemory_v2_t",
          number("version"),
          wide("total"),
          wide("reserved"),
          wide("free"),
          wide("used"));
  static final StructLayout BAR1 =
      struct("nvmlBAR1Memory_t", wide("bar1Total"), wide("bar1Free"), wide("bar1Used"));
  static final StructLayout UTILIZATION =
      struct("nvmlUtilization_t", number("gpu"), number("memory"));
  static final StructLayout SESSION =
      struct(
          "nvmlEncoderSessionInfo_t",
          number("sessionId"),
          number("pid"),
          number("vgpuInstance"),
          number("codecType"),
          number("hResolution"),
          number("vResolution"),
          number("averageFps"),
          number("averageLatency"));
  static final StructLayout PROCESS =
      struct(
          "nvmlProcessInfo_t",
          number("pid"),
          wide("usedGpuMemory"),
          number("gpuInstanceId"),
          number("computeInstanceId"));
  static final StructLayout PROCESS_LOAD =
      struct(
          "nvmlProcessUtilizationSample_t",
          number("pid"),
          wide("timeStamp"),
          number("smUtil"),
          number("memUtil"),
          number("encUtil"),
          number("decUtil"));
  static final StructLayout FIELD =
      struct(
          "nvmlFieldValue_t",
          number("fieldId"),
          number("scopeId"),
          wide("timestamp"),
          wide("latencyUsec"),
          number("valueType"),
          number("nvmlReturn"),
          wide("value"));
  static final StructLayout TEMPERATURE =
      struct("nvmlTemperature_t", number("version"), number("sensorType"), number("temperature"));
  static final StructLayout MARGIN =
      struct("nvmlMarginTemperature_t", number("version"), number("marginTemperature"));
  static final StructLayout SRAM_ECC =
      struct(
          "nvmlEccSramErrorStatus_t",
          number("version"),
          wide("aggregateUncParity"),
          wide("aggregateUncSecDed"),
          wide("aggregateCor"),
          wide("volatileUncParity"),
          wide("volatileUncSecDed"),
          wide("volatileCor"),
          wide("aggregateUncBucketL2"),
          wide("aggregateUncBucketSm"),
          wide("aggregateUncBucketPcie"),
          wide("aggregateUncBucketMcu"),
          wide("aggregateUncBucketOther"),
          number("bThresholdExceeded"));
  static final StructLayout ROW_HISTOGRAM =
      struct(
          "nvmlRowRemapperHistogramValues_t",
          number("max"),
          number("high"),
          number("partial"),
          number("low"),
          number("none"));
  static final StructLayout LICENSE_EXPIRY =
      struct(
          "nvmlGridLicenseExpiry_t",
          number("year"),
          half("month"),
          half("day"),
          half("hour"),
          half("min"),
          half("sec"),
          ValueLayout.JAVA_BYTE.withName("status"));
  static final StructLayout LICENSABLE_FEATURE =
      struct(
          "nvmlGridLicensableFeature_t",
          number("featureCode"),
          number("featureState"),
          text("licenseInfo", 128),
          text("productName", 128),
          number("featureEnabled"),
          LICENSE_EXPIRY.withName("licenseExpiry"));
  static final StructLayout LICENSABLE_FEATURES =
      struct(
          "nvmlGridLicensableFeatures_t",
          number("isGridLicenseSupported"),
          number("licensableFeaturesCount"),
          MemoryLayout.sequenceLayout(3, LICENSABLE_FEATURE).withName("gridLicensableFeatures"));

  private Structs() {}

  static List<StructLayout> all() {
    return List.of(
        PCI_INFO,
        MEMORY,
        BAR1,
        UTILIZATION,
        SESSION,
        PROCESS,
        PROCESS_LOAD,
        FIELD,
        TEMPERATURE,
        MARGIN,
        SRAM_ECC,
        ROW_HISTOGRAM,
        LICENSE_EXPIRY,
        LICENSABLE_FEATURE,
        LICENSABLE_FEATURES);
  }

  /** The word that says which structure the caller knows: its size and its number. */
  static int version(StructLayout layout, int number) {
    return (int) layout.byteSize() | number << 24;
  }

  static long offset(StructLayout layout, String field) {
    return layout.byteOffset(groupElement(field));
  }

  static int number(MemorySegment struct, StructLayout layout, String field) {
    return struct.get(ValueLayout.JAVA_INT, offset(layout, field));
  }

  static long unsigned(MemorySegment struct, StructLayout layout, String field) {
    return Integer.toUnsignedLong(number(struct, layout, field));
  }

  static long wide(MemorySegment struct, StructLayout layout, String field) {
    return struct.get(ValueLayout.JAVA_LONG, offset(layout, field));
  }

  static String text(MemorySegment struct, StructLayout layout, String field) {
    return struct.getString(offset(layout, field));
  }

  static MemoryLayout number(String name) {
    return ValueLayout.JAVA_INT.withName(name);
  }

  static MemoryLayout wide(String name) {
    return ValueLayout.JAVA_LONG.withName(name);
  }

  static MemoryLayout half(String name) {
    return ValueLayout.JAVA_SHORT.withName(name);
  }

  static MemoryLayout text(String name, long bytes) {
    return MemoryLayout.sequenceLayout(bytes, ValueLayout.JAVA_BYTE).withName(name);
  }

  /** With the padding that C puts between fields and at the end. */
  static StructLayout struct(String name, MemoryLayout... fields) {
    List<MemoryLayout> padded = new ArrayList<>();
    long offset = 0;
    long alignment = 1;
    for (MemoryLayout field : fields) {
      offset = pad(padded, offset, field.byteAlignment());
      padded.add(field);
      offset += field.byteSize();
      alignment = Math.max(alignment, field.byteAlignment());
    }
    pad(padded, offset, alignment);
    return MemoryLayout.structLayout(padded.toArray(MemoryLayout[]::new)).withName(name);
  }

  private static long pad(List<MemoryLayout> fields, long offset, long alignment) {
    long missing = Math.floorMod(-offset, alignment);
    if (missing > 0) {
      fields.add(MemoryLayout.paddingLayout(missing));
    }
    return offset + missing;
  }
}
