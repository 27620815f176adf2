package dev.penstock.planner;

import dev.penstock.model.Capability.Format;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What pixel formats hold, by libav's names: those in main memory and those of GPU surfaces. */
final class SurfaceFormats {
  private static final Map<String, Format> FORMATS =
      Map.ofEntries(
          Map.entry("nv12", new Format("4:2:0", 8)),
          Map.entry("yuv420p", new Format("4:2:0", 8)),
          Map.entry("p010le", new Format("4:2:0", 10)),
          Map.entry("yuv420p10le", new Format("4:2:0", 10)),
          Map.entry("p012le", new Format("4:2:0", 12)),
          Map.entry("yuv420p12le", new Format("4:2:0", 12)),
          Map.entry("nv16", new Format("4:2:2", 8)),
          Map.entry("yuyv422", new Format("4:2:2", 8)),
          Map.entry("yuv422p", new Format("4:2:2", 8)),
          Map.entry("p210le", new Format("4:2:2", 10)),
          Map.entry("y210le", new Format("4:2:2", 10)),
          Map.entry("yuv422p10le", new Format("4:2:2", 10)),
          Map.entry("yuv444p", new Format("4:4:4", 8)),
          Map.entry("vuyx", new Format("4:4:4", 8)),
          Map.entry("yuv444p10le", new Format("4:4:4", 10)),
          Map.entry("yuv444p10msble", new Format("4:4:4", 10)),
          Map.entry("xv30le", new Format("4:4:4", 10)),
          // Of CUDA's surfaces of 16 bits, NVENC encodes the upper 10.
          Map.entry("p016le", new Format("4:2:0", 10)),
          Map.entry("yuv444p16le", new Format("4:4:4", 10)));

  private SurfaceFormats() {}

  /** Empty for what no hardware encoder here takes. */
  static Optional<Format> of(String pixelFormat) {
    return Optional.ofNullable(FORMATS.get(pixelFormat));
  }

  /** The first of {@code surfaces} that holds just what the pixel format does. */
  static Optional<String> holding(String pixelFormat, List<String> surfaces) {
    Optional<Format> wanted = of(pixelFormat);
    return surfaces.stream()
        .filter(surface -> wanted.isPresent() && of(surface).equals(wanted))
        .findFirst();
  }
}
