package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.check.FfmpegBuild.Built;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What can be encoded without a GPU. */
record EncodeSoftware() implements Check {
  private static final Map<String, String> CODECS =
      Map.of(
          "libx264", "H.264",
          "libopenh264", "H.264",
          "libx265", "HEVC",
          "libsvtav1", "AV1",
          "libaom-av1", "AV1",
          "libvpx-vp9", "VP9");

  @Override
  public String id() {
    return "encode.software";
  }

  @Override
  public Group group() {
    return Group.ENCODING;
  }

  @Override
  public String title() {
    return "what software can encode";
  }

  @Override
  public String rule() {
    return "The linked FFmpeg has an encoder for H.264 that runs on the processor. It is what"
        + " jobs fall back on, visibly, where no GPU can take them.";
  }

  @Override
  public String source() {
    return "avcodec_find_encoder_by_name of FFmpeg";
  }

  @Override
  public List<Wanted> files() {
    return List.of();
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(FfmpegBuild.class);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    Reading<Built> answer = machine.answer(FfmpegBuild.class, Built.class);
    if (!(answer instanceof Reading.Present<Built>(Built built, String _))
        || built.software().isEmpty()) {
      return List.of(
          Found.by(this).seen(answer).unknown("FFmpeg was not asked for its encoders", ""));
    }
    Found found = Found.by(this).seen("avcodec_find_encoder_by_name", built.software().toString());
    boolean h264 = built.software().stream().anyMatch(name -> name.contains("264"));
    return List.of(
        h264
            ? found.pass(
                built.software().stream()
                    .map(name -> CODECS.getOrDefault(name, name) + " (" + name + ")")
                    .collect(Collectors.joining(", ")))
            : found
                .remedy(Remedy.byHand("Use a build of Penstock whose FFmpeg has libx264."))
                .fail("no encoder for H.264", "Without a GPU nothing is encoded at all."));
  }
}
