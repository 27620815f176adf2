package dev.penstock.hardware.capability;

import dev.penstock.hardware.Answer;
import dev.penstock.hardware.trial.Trial;
import dev.penstock.hardware.trial.Wish;
import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Api;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Capability.Evidence;
import dev.penstock.model.Capability.Format;
import dev.penstock.model.Device;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What came of trying a device. */
final class Tried {
  /** libav's names of encoders that are not those of their codecs. */
  private static final Map<String, String> CODECS = Map.of("mpeg2", "mpeg2video");

  private static final Map<String, Api> APIS =
      Map.of(
          "nvenc", Api.NVENC,
          "nvdec", Api.NVDEC,
          "vaapi", Api.VAAPI,
          "vadec", Api.VAAPI,
          "qsv", Api.QSV,
          "amf", Api.AMF,
          "vulkan", Api.VULKAN);

  private Tried() {}

  /**
   * A device with what trials showed of it.
   *
   * @param trials what they answered, by their wishes
   */
  static Device of(Device device, Map<String, Answer> trials) {
    List<Capability> capabilities = new ArrayList<>(device.capabilities());
    trials.forEach((word, answer) -> {
      Wish wish = Wish.of(word);
      if (APIS.containsKey(wish.kind())
          && wish.device().filter(each -> isCalled(device.identity(), each)).isPresent()) {
        add(wish, answer, capabilities);
      }
    });
    capabilities.sort(Draft.ORDER);
    return new Device(
        device.identity(), device.engines(), device.memory(), device.sessionLimit(), capabilities);
  }

  private static boolean isCalled(Device.Identity identity, String name) {
    return identity.pci().filter(name::equals).isPresent()
        || identity.uuid().filter(name::equals).isPresent();
  }

  private static void add(Wish wish, Answer answer, List<Capability> capabilities) {
    switch (answer.as(Trial.class, wish.word())) {
      case Reading.Present<Trial>(Trial trial, String _) when trial.proved() ->
          changed(wish, capabilities, each -> each.proved(by(wish, trial)));
      case Reading.Present<Trial>(Trial trial, String _)
          when trial.reason().orElseThrow().startsWith(Wish.NO_STREAM) -> {}
      case Reading.Present<Trial>(Trial trial, String _) ->
          changed(wish, capabilities, each -> each.failed(trial.reason().orElseThrow()));
      case Reading.Absent<Trial>(Why why, String _, String text) when why == Why.HUNG ->
          changed(wish, capabilities, each -> each.failed("the trial never came back: " + text));
      case Reading.Absent<Trial>(Why why, String _, String text) when why == Why.FAILED ->
          changed(wish, capabilities, each -> each.failed("the trial broke: " + text));
      case Reading.Absent<Trial> _ -> {}
    }
  }

  private static String by(Wish wish, Trial trial) {
    return "trial "
        + (wish.decodes() ? "decode" : "encode with " + wish.name())
        + trial
            .framesPerSecond()
            .map(rate -> String.format(Locale.ROOT, ", %.0f fps at 640x360", rate))
            .orElse("");
  }

  /** What nobody lists but works is added; what nobody lists and fails is no news. */
  private static void changed(
      Wish wish, List<Capability> capabilities, UnaryOperator<Capability> change) {
    Direction direction = wish.decodes() ? Direction.DECODE : Direction.ENCODE;
    Api api = Optional.ofNullable(APIS.get(wish.kind())).orElseThrow();
    String codec = CODECS.getOrDefault(wish.codec(), wish.codec());
    boolean listed = false;
    for (int i = 0; i < capabilities.size(); i++) {
      Capability each = capabilities.get(i);
      if (each.direction() == direction && each.api() == api && each.codec().equals(codec)) {
        capabilities.set(i, change.apply(each));
        listed = true;
      }
    }
    Capability tried =
        change.apply(
            Capability.of(
                direction, api, codec, List.of(new Format("4:2:0", 8)), Evidence.DECLARED, ""));
    if (!listed && tried.evidence() == Evidence.PROVED) {
      capabilities.add(tried);
    }
  }
}
