package dev.penstock.hardware.check;

import dev.penstock.hardware.Answer;
import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.capability.DeviceMap;
import dev.penstock.hardware.check.FfmpegBuild.Built;
import dev.penstock.hardware.nvidia.NvencProbe;
import dev.penstock.hardware.runtime.AmfProbe;
import dev.penstock.hardware.runtime.QsvProbe;
import dev.penstock.hardware.trial.Trial;
import dev.penstock.hardware.trial.TrialProbe;
import dev.penstock.hardware.trial.Wish;
import dev.penstock.hardware.va.VaapiProbe;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether hardware encoders encode. */
record TrialEncodes() implements Check {
  /**
   * NV_ENC_ERR_NO_ENCODE_DEVICE and NV_ENC_ERR_UNSUPPORTED_DEVICE, as FFmpeg's nvenc.c says them.
   */
  private static final List<String> NO_ENCODER =
      List.of("no encode device (1)", "unsupported device (2)", "Codec not supported");

  @Override
  public String id() {
    return "ff.probe";
  }

  @Override
  public Group group() {
    return Group.ENCODING;
  }

  @Override
  public String title() {
    return "trial encodes";
  }

  @Override
  public String rule() {
    return "On each GPU thirty pictures of 640x360 go through each hardware encoder of the build whose"
        + " codec it has by what NVENC, VA-API and the runtimes of QSV and AMF say, and what comes"
        + " out is decoded; one encoder after the other, each in a process of its own. Results are"
        + " kept until the devices, the driver or the build change; --no-active leaves them out.";
  }

  @Override
  public String source() {
    return "avcodec_send_frame of FFmpeg; GPUs are known that hang when several trials follow"
        + " closely, so one that never came back is not repeated";
  }

  @Override
  public boolean active() {
    return true;
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(DeviceMap.files());
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(
        FfmpegBuild.class, NvencProbe.class, VaapiProbe.class, QsvProbe.class, AmfProbe.class);
  }

  @Override
  public List<String> trials(Machine machine) {
    List<String> encoders = encoders(machine);
    return Gpu.of(machine).stream()
        .flatMap(gpu ->
            encoders.stream()
                .filter(encoder -> isOf(gpu.vendor(), encoder))
                .filter(encoder -> !(EncoderHas.of(machine, encoder, gpu) instanceof EncoderHas.No))
                .map(encoder -> Wish.encode(encoder, gpu.address()).word()))
        .toList();
  }

  /** Those of the build for the makers of the GPUs here. */
  private static List<String> encoders(Machine machine) {
    Set<Maker> vendors = Gpu.of(machine).stream().map(Gpu::vendor).collect(Collectors.toSet());
    return machine
        .answer(FfmpegBuild.class, Built.class)
        .toOptional()
        .map(Built::encoders)
        .orElse(List.of())
        .stream()
        .filter(encoder -> vendors.stream().anyMatch(vendor -> isOf(vendor, encoder)))
        .toList();
  }

  private static boolean isOf(Maker vendor, String encoder) {
    String kind = EncoderHas.kind(encoder);
    return switch (vendor) {
      case NVIDIA -> kind.equals("nvenc");
      case AMD -> Set.of("vaapi", "amf").contains(kind);
      case INTEL -> Set.of("vaapi", "qsv").contains(kind);
    };
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (Gpu.of(machine).isEmpty()) {
      return List.of(Gpu.none(this, machine, Gpu.MAKERS));
    }
    List<String> wanted = trials(machine);
    Map<String, List<String>> untried =
        wanted.stream()
            .filter(encoder -> reason(machine, encoder).isPresent())
            .collect(
                Collectors.groupingBy(
                    encoder -> reason(machine, encoder).orElseThrow(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<Finding> findings = new ArrayList<>();
    wanted.stream()
        .filter(encoder -> reason(machine, encoder).isEmpty())
        .forEach(encoder -> findings.add(judged(machine, encoder)));
    untried.forEach((why, encoders) -> findings.add(untried(why, encoders, wanted)));
    findings.addAll(lacking(machine));
    return findings.isEmpty()
        ? List.of(Found.by(this).skip("this build has no encoder for the GPUs here; see ff.build"))
        : findings;
  }

  /** Why it was not tried; nothing in it where that was not meant to be. */
  private static Optional<String> reason(Machine machine, String encoder) {
    return switch (machine.answers().get(Machine.key(TrialProbe.class, encoder))) {
      case null -> Optional.of("");
      case Answer.Lacking(Why why, String text) when why == Why.NOT_ASKED -> Optional.of(text);
      case Answer _ -> Optional.empty();
    };
  }

  private Finding untried(String why, List<String> encoders, List<String> wanted) {
    String words =
        encoders.equals(wanted)
            ? "no encoder is tried"
            : "not tried: "
                + String.join(", ", encoders.stream().map(TrialEncodes::words).toList());
    return why.isEmpty()
        ? Found.by(this).skip(words)
        : Found.by(this).unknown(words + ": " + why, "Whether they encode is not known.");
  }

  private static String words(String word) {
    Wish wish = Wish.of(word);
    return wish.name() + wish.device().map(device -> " on " + device).orElse("");
  }

  /** One finding for each reason. */
  private List<Finding> lacking(Machine machine) {
    Map<String, SequencedMap<String, EncoderHas.No>> reasons = new LinkedHashMap<>();
    for (String encoder : encoders(machine)) {
      if (EncoderHas.of(machine, encoder) instanceof EncoderHas.No no) {
        reasons.computeIfAbsent(no.text(), _ -> new LinkedHashMap<>()).put(encoder, no);
      }
    }
    return reasons.entrySet().stream()
        .map(each -> Found.by(this).skip(each.getKey() + words(each.getValue())))
        .toList();
  }

  private static String words(SequencedMap<String, EncoderHas.No> encoders) {
    return encoders.values().stream()
            .map(EncoderHas.No::codec)
            .distinct()
            .collect(Collectors.joining(", "))
        + " ("
        + String.join(", ", encoders.keySet())
        + ")";
  }

  private Finding judged(Machine machine, String word) {
    Wish wish = Wish.of(word);
    String encoder = wish.name();
    Found found = Found.by(this, words(word));
    return switch (machine.answer(TrialProbe.class, word, Trial.class)) {
      case Reading.Absent<Trial>(Why why, String _, String text) ->
          found
              .seen(encoder, text)
              .remedy(Remedy.command("See what the driver says about it.", "penstock faults"))
              .fail(
                  why == Why.HUNG
                      ? "the trial never came back: " + text
                      : "the trial broke: " + text,
                  "Jobs with this encoder hang or crash.");
      case Reading.Present<Trial>(Trial trial, String _) ->
          judged(found, trial, isKnown(machine, wish));
    };
  }

  private static boolean isKnown(Machine machine, Wish wish) {
    return Gpu.of(machine).stream()
        .filter(gpu -> wish.device().filter(gpu.address()::equals).isPresent())
        .anyMatch(gpu -> EncoderHas.of(machine, wish.name(), gpu) instanceof EncoderHas.Yes);
  }

  private static Finding judged(Found found, Trial trial, boolean isKnown) {
    if (trial.proved()) {
      return found.pass(
          trial
              .framesPerSecond()
              .map(rate -> String.format(Locale.ROOT, "encodes, %.0f fps at 640x360", rate))
              .orElse("encodes"));
    }
    String reason = trial.reason().orElseThrow();
    if (!isKnown && NO_ENCODER.stream().anyMatch(reason::contains)) {
      return found.seen(trial.encoder(), reason).skip("no GPU here has such an encoder");
    }
    return found
        .seen(trial.encoder(), reason)
        .remedy(
            Remedy.command("See what the message means.", "penstock explain " + Shell.word(reason)))
        .warn("does not encode here: " + reason, "Jobs cannot use it.");
  }
}
