package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.nvidia.NvencFacts;
import dev.penstock.hardware.nvidia.NvencFacts.NvencCodec;
import dev.penstock.hardware.nvidia.NvencFacts.NvencDevice;
import dev.penstock.hardware.nvidia.NvencProbe;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import dev.penstock.model.Reading.Why;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What NVENC itself says of encoding. */
sealed interface NvencSays {
  /**
   * It encodes.
   *
   * @param codecs at least one
   * @param engines 0 where the driver does not count them
   */
  record Encodes(List<String> codecs, int engines) implements NvencSays {}

  /** The device was made without an encoder. */
  record None(String text) implements NvencSays {}

  /** It cannot be used. */
  record Broken(String text, Remedy remedy) implements NvencSays {}

  /** It was not asked, or others were in the way. */
  record Nothing(String text) implements NvencSays {}

  /** Of any device. */
  static NvencSays of(Machine machine) {
    return of(machine, _ -> true);
  }

  /**
   * Of one device.
   *
   * @param pci as sysfs writes it
   */
  static NvencSays of(Machine machine, String pci, Optional<String> uuid) {
    return of(
        machine,
        device ->
            device.device().pci().toOptional().filter(pci::equals).isPresent()
                || (uuid.isPresent() && device.device().uuid().toOptional().equals(uuid)));
  }

  private static NvencSays of(Machine machine, Predicate<NvencDevice> wanted) {
    return switch (machine.answer(NvencProbe.class, NvencFacts.class)) {
      case Absent<NvencFacts>(Why why, String _, String text) ->
          why == Why.NOT_ASKED
              ? new Nothing("NVENC was not asked")
              : new Broken("NVENC could not be asked: " + text, see("nv.nvenc.api,nv.hang"));
      case Present<NvencFacts>(NvencFacts facts, String _) -> of(facts, wanted);
    };
  }

  private static NvencSays of(NvencFacts facts, Predicate<NvencDevice> wanted) {
    if (facts.library() instanceof Absent<String> absent) {
      return new Broken(
          NvidiaGpus.missing("libnvidia-encode.so.1", absent),
          NvidiaGpus.library("libnvidia-encode"));
    }
    if (facts.cuda() instanceof Absent<String>(Why _, String _, String text)) {
      return new Broken("CUDA does not start: " + text, see("nv.cuda,nv.nodes"));
    }
    return switch (facts.api()) {
      case Absent<String>(Why _, String _, String text) ->
          new Broken("the version of NVENC could not be read: " + text, see("nv.nvenc.api"));
      case Present<String>(String api, String _) -> {
        NvencSays said = said(facts.devices().stream().filter(wanted).toList());
        yield said instanceof Encodes && NvencVersions.isOlder(api, NvencVersions.NEEDED)
            ? new Broken(
                "the driver serves NVENC " + api + ", and FFmpeg needs " + NvencVersions.NEEDED,
                see("nv.nvenc.api"))
            : said;
      }
    };
  }

  /** What the best of them says: a GPU that is split up is several devices of one address. */
  private static NvencSays said(List<NvencDevice> devices) {
    List<NvencSays> all = devices.stream().map(NvencSays::said).toList();
    List<NvencCodec> codecs =
        devices.stream()
            .flatMap(device -> device.codecs().toOptional().stream())
            .flatMap(List::stream)
            .toList();
    if (!codecs.isEmpty()) {
      return new Encodes(
          codecs.stream().map(NvencCodec::codec).distinct().toList(),
          codecs.stream().mapToInt(codec -> codec.cap("NUM_ENCODER_ENGINES")).max().orElse(0));
    }
    return all.stream()
        .filter(Nothing.class::isInstance)
        .findFirst()
        .or(() -> all.stream().filter(Broken.class::isInstance).findFirst())
        .or(() -> all.stream().findFirst())
        .orElseGet(() -> new Nothing("CUDA does not show it"));
  }

  private static NvencSays said(NvencDevice device) {
    return switch (device.codecs()) {
      case Present<List<NvencCodec>> _ -> new None("it names no codec");
      case Absent<List<NvencCodec>>(Why why, String _, String text) when why == Why.UNSUPPORTED ->
          new None(text);
      case Absent<List<NvencCodec>>(Why _, String _, String text) ->
          isTaken(device.opened())
              ? new Nothing("no session of NVENC is free: " + text)
              : new Broken("NVENC cannot be used: " + text, see("nv.nvenc.present"));
    };
  }

  /** NV_ENC_ERR_OUT_OF_MEMORY and NV_ENC_ERR_INCOMPATIBLE_CLIENT_KEY: others encode now. */
  private static boolean isTaken(Reading<Integer> opened) {
    return opened.toOptional().filter(code -> code == 10 || code == 21).isPresent();
  }

  private static Remedy see(String checks) {
    return Remedy.command("See why.", "penstock doctor --only " + checks);
  }
}
