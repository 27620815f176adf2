package dev.penstock.hardware.check;

import dev.penstock.av.Codecs;
import dev.penstock.hardware.Probe;
import java.util.List;
import java.util.stream.Stream;

/** What the FFmpeg that Penstock is linked with was built with. */
public final class FfmpegBuild implements Probe<FfmpegBuild.Built> {
  private static final List<String> CODECS = List.of("h264", "hevc", "av1");
  private static final List<String> KINDS = List.of("nvenc", "vaapi", "amf", "qsv", "vulkan");

  /**
   * A build.
   *
   * @param configuration the options it was configured with
   * @param encoders those of its video encoders that run on GPUs, by name
   */
  public record Built(String version, String configuration, List<String> encoders) {
    public Built {
      encoders = List.copyOf(encoders);
    }
  }

  @Override
  public Built ask(String argument) {
    return new Built(
        Codecs.build(),
        Codecs.configuration(),
        KINDS.stream()
            .flatMap(kind -> CODECS.stream().map(codec -> codec + "_" + kind))
            .flatMap(name -> Codecs.encoder(name).isPresent() ? Stream.of(name) : Stream.empty())
            .toList());
  }
}
