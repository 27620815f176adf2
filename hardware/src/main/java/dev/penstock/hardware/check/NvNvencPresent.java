package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.capability.DeviceMap;
import dev.penstock.hardware.nvidia.NvdecProbe;
import dev.penstock.hardware.nvidia.NvencFacts;
import dev.penstock.hardware.nvidia.NvencFacts.NvencCodec;
import dev.penstock.hardware.nvidia.NvencFacts.NvencDevice;
import dev.penstock.hardware.nvidia.NvencProbe;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.util.List;
import java.util.stream.Collectors;

/** Whether each GPU has an encoder: that the library is there says nothing about it. */
record NvNvencPresent() implements Check {
  @Override
  public String id() {
    return "nv.nvenc.present";
  }

  @Override
  public Group group() {
    return Group.NVIDIA;
  }

  @Override
  public String title() {
    return "encoders of each NVIDIA GPU";
  }

  @Override
  public String rule() {
    return "A session of NVENC opens on each GPU and names its codecs. GPUs for computing (A100,"
        + " A30, H100, H200, B200) and some small ones (MX350, GT 1030, P106) have no encoder: the"
        + " answer is 1 or 2, and that is no fault. Any other error is one.";
  }

  @Override
  public String source() {
    return "nvEncodeAPI.h, NVENCSTATUS; NVIDIA Video Encode and Decode GPU Support Matrix";
  }

  @Override
  public List<Wanted> files() {
    return DeviceMap.files();
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(NvencProbe.class, NvdecProbe.class);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (!NvidiaGpus.any(machine)) {
      return List.of(Found.by(this).skip("there is no NVIDIA GPU"));
    }
    return switch (machine.answer(NvencProbe.class, NvencFacts.class)) {
      case Reading.Present<NvencFacts>(NvencFacts facts, String _) ->
          facts.devices().isEmpty()
              ? List.of(
                  Found.by(this)
                      .seen(facts.cuda())
                      .seen(facts.library())
                      .unknown(
                          "no GPU could be asked; see nv.cuda and nv.nvenc.api",
                          "Whether they have encoders cannot be told."))
              : facts.devices().stream().map(this::judged).toList();
      case Reading.Absent<NvencFacts> absent ->
          List.of(NvidiaGpus.unanswered(this, absent, "NVENC"));
    };
  }

  private Finding judged(NvencDevice device) {
    String name = device.device().name().toOptional().orElse("the GPU");
    String subject =
        device
            .device()
            .pci()
            .toOptional()
            .or(() -> device.device().uuid().toOptional())
            .orElse(name);
    Found found = Found.by(this, subject);
    return switch (device.codecs()) {
      case Reading.Present<List<NvencCodec>>(List<NvencCodec> codecs, String from) -> {
        String words = codecs.stream().map(NvencCodec::codec).collect(Collectors.joining(", "));
        yield codecs.isEmpty()
            ? found.seen(from, "no codec").skip(name + " has no encoder")
            : found.seen(from, words).pass(name + " encodes " + words);
      }
      case Reading.Absent<List<NvencCodec>>(Why why, String from, String text) ->
          why == Why.UNSUPPORTED
              ? found.seen(from, text).skip(name + " has no encoder")
              : failed(found.seen(from, text), device, name, text);
    };
  }

  private static Finding failed(Found found, NvencDevice device, String name, String text) {
    return switch (device.opened().toOptional().orElse(-1)) {
      case 10, 21 ->
          found
              .remedy(
                  Remedy.command(
                      "End other encodes, or wait for them; see who encodes and how much memory is"
                          + " free.",
                      "nvidia-smi",
                      "penstock top --once"))
              .warn(
                  "no session of NVENC can be opened on " + name + ": " + text,
                  "All sessions the driver allows are in use, or the GPU has no memory left.");
      case 15 ->
          found
              .remedy(Remedy.command("Load the module that belongs to the libraries.", "reboot"))
              .fail(
                  "no session of NVENC can be opened on " + name + ": " + text,
                  "The libraries and the kernel module are of different versions.");
      default ->
          found
              .remedy(
                  Remedy.command(
                      "See what the driver said; a reset or a reboot brings a wedged encoder back.",
                      "dmesg | grep -E 'NVRM|Xid'",
                      "nvidia-smi -q -d ECC,PERFORMANCE"))
              .fail(
                  "NVENC cannot be used on " + name + ": " + text,
                  "Nothing can be encoded on this GPU.");
    };
  }
}
