package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether the FFmpeg that Penstock is linked with can use the GPUs. */
record FfmpegEncoders() implements Check {

  @Override
  public String id() {
    return "ff.build";
  }

  @Override
  public Group group() {
    return Group.FFMPEG;
  }

  @Override
  public String title() {
    return "hardware encoders of the build";
  }

  @Override
  public String rule() {
    return "For each maker of a GPU here, the linked FFmpeg has encoders: NVENC for NVIDIA,"
        + " VA-API, AMF or Vulkan for AMD, Quick Sync or VA-API for Intel. That an encoder is"
        + " listed does not say that the hardware has it.";
  }

  @Override
  public String source() {
    return "avcodec_find_encoder_by_name and avcodec_configuration of FFmpeg";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.WANTED;
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(FfmpegBuild.class);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    Reading<FfmpegBuild.Built> answer = machine.answer(FfmpegBuild.class, FfmpegBuild.Built.class);
    if (!(answer
        instanceof Reading.Present<FfmpegBuild.Built>(FfmpegBuild.Built built, String _))) {
      return List.of(Found.by(this).without(answer, "there are no libraries of FFmpeg"));
    }
    Set<Maker> vendors =
        Gpu.of(machine).stream()
            .map(Gpu::vendor)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Maker.class)));
    return Stream.concat(
            own(built),
            vendors.isEmpty()
                ? Stream.of(Gpu.none(this, machine, Gpu.MAKERS))
                : vendors.stream().map(vendor -> judged(vendor, built)))
        .toList();
  }

  /** What it was configured with is worth a line where it is not what Penstock comes with. */
  private Stream<Finding> own(FfmpegBuild.Built built) {
    return built.folder().isEmpty()
        ? Stream.empty()
        : Stream.of(
            Found.by(this, built.folder())
                .seen("av_version_info", built.version())
                .seen("avcodec_configuration", built.configuration())
                .pass(built.version() + ", configured with " + built.configuration()));
  }

  private Finding judged(Maker vendor, FfmpegBuild.Built built) {
    List<String> kinds =
        switch (vendor) {
          case NVIDIA -> List.of("nvenc");
          case AMD -> List.of("vaapi", "amf", "vulkan");
          case INTEL -> List.of("qsv", "vaapi");
        };
    List<String> there =
        kinds.stream()
            .flatMap(
                kind -> built.encoders().stream().filter(encoder -> encoder.endsWith("_" + kind)))
            .toList();
    Found found =
        Found.by(this)
            .seen("av_version_info", built.version())
            .seen("avcodec_find_encoder_by_name", String.join(", ", there))
            .seen("avcodec_configuration", built.configuration());
    return there.isEmpty()
        ? found
            .remedy(
                Remedy.byHand(
                    "Use a build of Penstock whose FFmpeg has them, or name an FFmpeg 8 that has"
                        + " them with --ffmpeg-libs."))
            .fail(
                "no encoders for "
                    + vendor.label()
                    + " ("
                    + String.join(", ", kinds)
                    + "): "
                    + built.version(),
                "Nothing encodes on these GPUs, whatever is installed.")
        : found.pass("for " + vendor.label() + ": " + String.join(", ", there));
  }
}
