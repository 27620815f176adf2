package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.capability.DeviceMap;
import dev.penstock.hardware.nvidia.NvencFacts;
import dev.penstock.hardware.nvidia.NvencProbe;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;

/** Whether the driver serves the version of NVENC's interface that FFmpeg was built for. */
record NvNvencApi() implements Check {
  private static final String NOBODY = "no GPU here has an encoder to reach with it";

  @Override
  public String id() {
    return "nv.nvenc.api";
  }

  @Override
  public Group group() {
    return Group.NVIDIA;
  }

  @Override
  public String title() {
    return "NVENC library and version";
  }

  @Override
  public String rule() {
    return "libnvidia-encode.so.1 can be loaded, and its NvEncodeAPIGetMaxSupportedVersion is "
        + NvencVersions.NEEDED
        + " or newer, for which this FFmpeg was built. That takes driver "
        + NvencVersions.driver(NvencVersions.NEEDED).orElse("?")
        + " or newer.";
  }

  @Override
  public String source() {
    return "README of FFmpeg's nv-codec-headers 13.0; nvEncodeAPI.h";
  }

  @Override
  public List<Wanted> files() {
    return DeviceMap.files();
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(NvencProbe.class);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (!NvidiaGpus.any(machine)) {
      return List.of(Found.by(this).skip("there is no NVIDIA GPU"));
    }
    return List.of(
        switch (machine.answer(NvencProbe.class, NvencFacts.class)) {
          case Reading.Present<NvencFacts>(NvencFacts facts, String _) -> judged(facts, machine);
          case Reading.Absent<NvencFacts> absent -> NvidiaGpus.unanswered(this, absent, "NVENC");
        });
  }

  private Finding judged(NvencFacts facts, Machine machine) {
    if (facts.library() instanceof Reading.Absent<String> absent) {
      if (!NvidiaGpus.mayEncode(machine)) {
        return Found.by(this).seen(absent).skip(NOBODY);
      }
      return Found.by(this)
          .seen(absent)
          .remedy(NvidiaGpus.library("libnvidia-encode"))
          .fail(
              NvidiaGpus.missing("libnvidia-encode.so.1", absent),
              "Nothing can be encoded with NVENC.");
    }
    Found found = Found.by(this).seen(facts.api());
    boolean isNew =
        facts
            .api()
            .toOptional()
            .filter(api -> !NvencVersions.isOlder(api, NvencVersions.NEEDED))
            .isPresent();
    if (!isNew && !NvidiaGpus.mayEncode(machine)) {
      return found.skip(NOBODY);
    }
    return switch (facts.api()) {
      case Reading.Present<String>(String api, String _) ->
          NvencVersions.isOlder(api, NvencVersions.NEEDED)
              ? found
                  .remedy(
                      Remedy.command(
                          "Install driver "
                              + NvencVersions.driver(NvencVersions.NEEDED).orElse("?")
                              + " or newer and reboot (Ubuntu; elsewhere its own way).",
                          "ubuntu-drivers install --gpgpu",
                          "reboot"))
                  .fail(
                      "the driver serves NVENC "
                          + api
                          + ", and FFmpeg needs "
                          + NvencVersions.NEEDED,
                      "Nothing can be encoded with NVENC: \"Driver does not support the required"
                          + " nvenc API version\".")
              : found.pass("NVENC " + api);
      case Reading.Absent<String>(Reading.Why _, String _, String text) ->
          found.unknown(
              "the version of NVENC could not be read: " + text,
              "Whether FFmpeg can use it cannot be told.");
    };
  }
}
