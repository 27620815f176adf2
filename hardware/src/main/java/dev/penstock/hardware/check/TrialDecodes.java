package dev.penstock.hardware.check;

import dev.penstock.hardware.Answer;
import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.nvidia.NvdecFacts;
import dev.penstock.hardware.nvidia.NvdecFacts.NvdecDevice;
import dev.penstock.hardware.nvidia.NvdecFacts.NvdecFormat;
import dev.penstock.hardware.nvidia.NvdecProbe;
import dev.penstock.hardware.trial.Trial;
import dev.penstock.hardware.trial.TrialProbe;
import dev.penstock.hardware.trial.Wish;
import dev.penstock.model.Capability.Api;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Whether NVIDIA's decoders decode. */
record TrialDecodes() implements Check {
  /** Those that most video is in; the rest stays what the driver says of it. */
  private static final List<String> CODECS = List.of("h264", "hevc", "av1", "vp9");

  @Override
  public String id() {
    return "ff.decode";
  }

  @Override
  public Group group() {
    return Group.ENCODING;
  }

  @Override
  public String title() {
    return "trial decodes";
  }

  @Override
  public String rule() {
    return "On each NVIDIA GPU thirty pictures that software encoded go through its decoder, in H.264,"
        + " HEVC, AV1 and VP9 as far as NVDEC says that it has them and this build can make the"
        + " stream; one after the other, each in a process of its own. Results are kept as those"
        + " of ff.probe; --no-active leaves them out.";
  }

  @Override
  public String source() {
    return "avcodec_send_packet of FFmpeg with CUDA frames; cuvidGetDecoderCaps";
  }

  @Override
  public boolean active() {
    return true;
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and();
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(NvdecProbe.class);
  }

  @Override
  public List<String> trials(Machine machine) {
    return Gpu.of(machine, Maker.NVIDIA).stream()
        .flatMap(gpu -> wishes(machine, gpu).stream())
        .map(Wish::word)
        .toList();
  }

  private static List<Wish> wishes(Machine machine, Gpu gpu) {
    List<String> listed =
        machine
            .answer(NvdecProbe.class, NvdecFacts.class)
            .toOptional()
            .map(NvdecFacts::devices)
            .orElse(List.of())
            .stream()
            .filter(device ->
                device.device().pci().toOptional().filter(gpu.address()::equals).isPresent())
            .flatMap(TrialDecodes::codecs)
            .toList();
    return CODECS.stream()
        .filter(listed::contains)
        .map(codec -> Wish.decode(codec, Api.NVDEC, gpu.address()))
        .toList();
  }

  private static Stream<String> codecs(NvdecDevice device) {
    return device.formats().toOptional().orElse(List.of()).stream()
        .filter(format -> format.bits() == 8 && format.chroma().equals("4:2:0"))
        .map(NvdecFormat::codec);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    return Gpu.of(machine, Maker.NVIDIA).isEmpty()
        ? List.of(Gpu.none(this, machine, Set.of(Maker.NVIDIA)))
        : Gpu.of(machine, Maker.NVIDIA).stream()
            .flatMap(gpu -> judged(machine, gpu).stream())
            .toList();
  }

  private List<Finding> judged(Machine machine, Gpu gpu) {
    List<Finding> findings = new ArrayList<>();
    List<String> decoded = new ArrayList<>();
    List<String> untried = new ArrayList<>();
    for (Wish wish : wishes(machine, gpu)) {
      Answer answer = machine.answers().get(Machine.key(TrialProbe.class, wish.word()));
      switch (answer == null ? notAsked(wish) : answer.as(Trial.class, wish.word())) {
        case Reading.Present<Trial>(Trial trial, String _) when trial.proved() ->
            decoded.add(wish.codec());
        case Reading.Present<Trial>(Trial trial, String _)
            when trial.reason().orElse("").startsWith(Wish.NO_STREAM) ->
            untried.add(wish.codec());
        case Reading.Present<Trial>(Trial trial, String _) ->
            findings.add(failed(wish, gpu, trial.reason().orElse("")));
        case Reading.Absent<Trial>(Why why, String _, String _) when why == Why.NOT_ASKED ->
            untried.add(wish.codec());
        case Reading.Absent<Trial>(Why _, String _, String text) ->
            findings.add(failed(wish, gpu, "the trial never came back or broke: " + text));
      }
    }
    Found found = Found.by(this, gpu.address());
    if (!decoded.isEmpty()) {
      findings.add(found.pass("decodes " + String.join(", ", decoded)));
    } else if (findings.isEmpty()) {
      findings.add(
          found.skip(
              untried.isEmpty()
                  ? "NVDEC says of nothing that it decodes it, or was not asked"
                  : "not tried: " + String.join(", ", untried)));
    }
    return findings;
  }

  private static Reading<Trial> notAsked(Wish wish) {
    return Reading.absent(Why.NOT_ASKED, wish.word(), "was not asked");
  }

  private Finding failed(Wish wish, Gpu gpu, String reason) {
    return Found.by(this, wish.codec() + " on " + gpu.address())
        .seen(wish.name(), reason)
        .remedy(
            Remedy.command("See what the message means.", "penstock explain " + Shell.word(reason)))
        .warn(
            "does not decode " + wish.codec() + " here: " + reason,
            "Video of this codec is decoded in software.");
  }
}
