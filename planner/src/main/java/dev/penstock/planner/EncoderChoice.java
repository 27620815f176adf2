package dev.penstock.planner;

import dev.penstock.model.Capabilities;
import dev.penstock.model.Capabilities.EncoderFacts;
import dev.penstock.model.Capability;
import dev.penstock.model.JobSpec.Hardware.Use;
import dev.penstock.model.Receipt.Rejected;
import dev.penstock.model.VideoCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The encoder for the video tracks.
 *
 * @param recipe how it is driven
 * @param facts what this build says about it
 * @param capability what the GPUs of the route say, when it is theirs
 */
record EncoderChoice(EncoderRecipe recipe, EncoderFacts facts, Optional<Capability> capability) {
  private static final String SUBJECT = "video encoder";

  /** Whether the encoder takes pictures of a GPU's memory, and of the system's. */
  Set<Boolean> takesFrom() {
    return switch (recipe) {
      case Nvenc _ -> Set.of(false, true);
      case Amf _ -> Set.of(false);
      case HardwareRecipe _ -> Set.of(true);
      default -> Set.of(false);
    };
  }

  /** The pixel format that it gets for one that is wanted. */
  String taken(String pixelFormat) {
    return recipe instanceof HardwareRecipe gpu
        ? gpu.surfaceFor(pixelFormat).orElse(pixelFormat)
        : pixelFormat;
  }

  /** The pixel formats that can be asked for. */
  List<String> formats() {
    return recipe instanceof HardwareRecipe gpu ? gpu.pixelFormats() : facts.pixelFormats();
  }

  boolean accepts(String pixelFormat) {
    return formats().contains(taken(pixelFormat));
  }

  /**
   * The first encoder of {@code codec} that the build has; empty, with the refusals recorded, when
   * there is none.
   *
   * @param asked whether the user named the codec; if not, another that the container holds will do
   */
  static Optional<EncoderChoice> of(Request request, VideoCodec codec, boolean asked) {
    if (request.route().encodes()) {
      return ofDevice(request, codec);
    }
    Optional<EncoderChoice> best = available(request.capabilities(), codec);
    if (best.isPresent()) {
      decide(request, codec, best.get());
      return best;
    }
    Optional<EncoderChoice> other = asked ? Optional.empty() : otherCodec(request, codec);
    if (other.isEmpty()) {
      refuseCodec(request, codec);
    }
    return other;
  }

  private static Optional<EncoderChoice> available(Capabilities capabilities, VideoCodec codec) {
    return EncoderRecipe.of(codec).stream()
        .flatMap(recipe ->
            capabilities.encoder(recipe.encoder()).stream()
                .map(facts -> new EncoderChoice(recipe, facts, Optional.empty())))
        .findFirst();
  }

  private static Optional<EncoderChoice> otherCodec(Request request, VideoCodec missing) {
    Optional<EncoderChoice> other =
        Stream.of(VideoCodec.values())
            .filter(codec -> codec != missing && request.holds(codec.id()))
            .flatMap(codec -> available(request.capabilities(), codec).stream())
            .findFirst();
    other.ifPresent(choice ->
        request
            .ledger()
            .decide(
                SUBJECT,
                choice.recipe().encoder(),
                "no codec was asked for and this is the first that the build encodes",
                new Rejected(missing.id(), "this build has no encoder for it")));
    return other;
  }

  private static void decide(Request request, VideoCodec codec, EncoderChoice choice) {
    request
        .ledger()
        .decide(SUBJECT, choice.recipe().encoder(), because(codec), dropped(request, choice));
  }

  private static String because(VideoCodec codec) {
    return "it is the first of the " + codec.label() + " encoders that this build has, best first";
  }

  private static List<Rejected> dropped(Request request, EncoderChoice choice) {
    List<Rejected> dropped = new ArrayList<>();
    String hardware =
        request.spec().hardware().use() == Use.OFF
            ? "--hardware off"
            : "no GPU of this machine is relied on for it";
    hardwareEncoders(request.capabilities(), choice.recipe().codec())
        .forEach(facts -> dropped.add(new Rejected(facts.name(), hardware)));
    boolean found = false;
    for (EncoderRecipe recipe : EncoderRecipe.of(choice.recipe().codec())) {
      if (recipe.equals(choice.recipe())) {
        found = true;
      } else if (!found) {
        dropped.add(new Rejected(recipe.encoder(), "not in this build"));
      } else if (request.capabilities().encoder(recipe.encoder()).isPresent()) {
        dropped.add(new Rejected(recipe.encoder(), "ranks behind " + choice.recipe().encoder()));
      }
    }
    return dropped;
  }

  private static Stream<EncoderFacts> hardwareEncoders(
      Capabilities capabilities, VideoCodec codec) {
    return capabilities.encoders().stream()
        .filter(facts -> facts.hardware() && facts.codec().equals(codec.id()));
  }

  private static Optional<EncoderChoice> ofDevice(Request request, VideoCodec codec) {
    Route route = request.route();
    Optional<HardwareRecipe> recipe = EncoderRecipe.hardware(codec, route.api());
    Optional<EncoderFacts> facts =
        recipe.flatMap(known -> request.capabilities().encoder(known.encoder()));
    Optional<Capability> capability = route.encoding(codec.id());
    Optional<String> obstacle =
        capability.isEmpty()
            ? Optional.of("does not encode " + codec.label() + " through " + route.api().label())
            : route.doubt(capability.get(), "encodes " + codec.label());
    if (obstacle.isPresent()) {
      refuseDevice(request.ledger(), route, obstacle.get());
      return Optional.empty();
    }
    if (facts.isEmpty()) {
      refuseDevice(
          request.ledger(),
          route,
          "cannot be reached: this build has no encoder of "
              + codec.label()
              + " for "
              + route.api().label());
      return Optional.empty();
    }
    EncoderChoice choice = new EncoderChoice(recipe.orElseThrow(), facts.get(), capability);
    request
        .ledger()
        .decide(
            SUBJECT,
            choice.recipe().encoder(),
            "it is how " + route.api().label() + " of " + route.who() + " is reached");
    return Optional.of(choice);
  }

  private static void refuseDevice(Ledger ledger, Route route, String why) {
    ledger.refuse(
        route.devices().getFirst().identity().name(),
        "it " + why,
        "what it can do is in penstock devices",
        "use --hardware auto");
  }

  private static void refuseCodec(Request request, VideoCodec codec) {
    String wanted =
        EncoderRecipe.of(codec).stream()
            .map(EncoderRecipe::encoder)
            .collect(Collectors.joining(" or "));
    String others = encodable(request);
    request
        .ledger()
        .refuse(
            codec.label(),
            "this build (" + request.capabilities().build() + ") has no encoder for it",
            cause(codec, wanted),
            others.isEmpty()
                ? "use a build with " + wanted
                : "use a build with " + wanted + ", or --codec with one of: " + others);
  }

  private static String cause(VideoCodec codec, String wanted) {
    return codec == VideoCodec.HEVC
        ? wanted + " is GPL software, which an LGPL build leaves out"
        : "it needs " + wanted;
  }

  private static String encodable(Request request) {
    return Stream.of(VideoCodec.values())
        .filter(codec -> request.holds(codec.id()))
        .filter(codec -> available(request.capabilities(), codec).isPresent())
        .map(VideoCodec::id)
        .collect(Collectors.joining(", "));
  }
}
