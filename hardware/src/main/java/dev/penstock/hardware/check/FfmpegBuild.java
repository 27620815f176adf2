package dev.penstock.hardware.check;

import dev.penstock.av.Codecs;
import dev.penstock.av.Libraries;
import dev.penstock.hardware.Probe;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the FFmpeg that Penstock is linked with was built with. */
public final class FfmpegBuild implements Probe<FfmpegBuild.Built> {
  private static final List<String> CODECS = List.of("h264", "hevc", "av1");
  private static final List<String> KINDS = List.of("nvenc", "vaapi", "amf", "qsv", "vulkan");

  /** Of each codec, the better ones first. */
  private static final List<List<String>> SOFTWARE =
      List.of(
          List.of("libx264", "libopenh264"),
          List.of("libx265"),
          List.of("libsvtav1", "libaom-av1"),
          List.of("libvpx-vp9"));

  /**
   * A build.
   *
   * @param configuration the options it was configured with
   * @param encoders those of its video encoders that run on GPUs, by name
   * @param software those that run on the processor, the best for each codec; empty where it was
   *     captured by a version that did not ask
   * @param folder of the user's own libraries; empty where those that come with Penstock are used
   */
  public record Built(
      String version,
      String configuration,
      List<String> encoders,
      List<String> software,
      String folder) {
    @SuppressWarnings("NullAway") // what is missing in JSON comes as null
    public Built {
      encoders = List.copyOf(encoders);
      software = software == null ? List.of() : List.copyOf(software);
      folder = folder == null ? "" : folder;
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
            .toList(),
        SOFTWARE.stream().flatMap(FfmpegBuild::best).toList(),
        Libraries.own().map(Path::toString).orElse(""));
  }

  private static Stream<String> best(List<String> names) {
    return names.stream().filter(name -> Codecs.encoder(name).isPresent()).limit(1);
  }
}
