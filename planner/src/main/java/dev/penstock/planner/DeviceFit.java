package dev.penstock.planner;

import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Format;
import dev.penstock.model.Device.Vendor;
import dev.penstock.model.Size;
import dev.penstock.model.Tuning;
import dev.penstock.planner.EncoderRecipe.QualityScale;
import dev.penstock.planner.EncoderRecipe.Settings;
import dev.penstock.planner.HardwareFit.Accepted;
import dev.penstock.planner.HardwareFit.Adaptation;
import dev.penstock.planner.HardwareFit.Obstacle;
import dev.penstock.planner.HardwareFit.Refused;
import dev.penstock.planner.HardwareRecipe.Extras;
import dev.penstock.planner.HardwareRecipe.References;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** One encoder against one device. */
record DeviceFit(HardwareRecipe recipe, Settings settings, Vendor vendor, Capability capability) {

  HardwareFit fit() {
    List<Obstacle> obstacles = obstacles();
    return obstacles.isEmpty() ? accepted() : new Refused(obstacles);
  }

  private String codec() {
    return recipe.codec().label();
  }

  // ---- refusals

  private List<Obstacle> obstacles() {
    List<Obstacle> obstacles = new ArrayList<>();
    size().ifPresent(obstacles::add);
    pixels().ifPresent(obstacles::add);
    lossless().ifPresent(obstacles::add);
    rate().ifPresent(obstacles::add);
    rateControl().ifPresent(obstacles::add);
    return obstacles;
  }

  private Optional<Obstacle> size() {
    Size size = settings.size();
    Size least = capability.minSize().orElse(recipe.smallest());
    Size most = capability.maxSize().orElse(recipe.largest());
    if (size.width() < least.width() || size.height() < least.height()) {
      return Optional.of(
          new Obstacle(
              "it encodes no " + codec() + " of " + size,
              "pictures are at least " + least + told(capability.minSize())));
    }
    if (size.width() > most.width() || size.height() > most.height()) {
      return Optional.of(
          new Obstacle(
              "it encodes no " + codec() + " of " + size,
              "pictures are at most " + most + told(capability.maxSize())));
    }
    return Optional.empty();
  }

  private String told(Optional<Size> bound) {
    return bound.isPresent()
        ? ", says " + capability.source()
        : "; the device does not say, so that is taken which all devices do";
  }

  private Optional<Obstacle> pixels() {
    String name = settings.pixelFormat();
    Optional<Format> format = SurfaceFormats.of(name);
    if (format.isEmpty() || !recipe.pixelFormats().contains(name)) {
      return Optional.of(
          new Obstacle(
              recipe.encoder() + " takes no surfaces of " + name,
              "it takes " + String.join(", ", recipe.pixelFormats())));
    }
    List<Format> known = capability.formats();
    Format safe = new Format("4:2:0", 8);
    if (known.isEmpty() && !format.get().equals(safe)) {
      return Optional.of(
          new Obstacle(
              "nothing says that it encodes " + codec() + " of " + format.get(),
              capability.source() + " tells no formats, so only " + safe + " is relied on"));
    }
    return known.isEmpty() || known.contains(format.get())
        ? Optional.empty()
        : Optional.of(
            new Obstacle(
                "it encodes no " + codec() + " of " + format.get(),
                "it has "
                    + String.join(", ", known.stream().map(Format::toString).toList())
                    + ", says "
                    + capability.source()));
  }

  private Optional<Obstacle> lossless() {
    Tuning tune = settings.tune();
    Optional<String> lack = recipe.lacks(tune, settings.pixelFormat());
    if (lack.isPresent()) {
      return lack.map(
          why -> new Obstacle(recipe.encoder() + " does not do --tune " + tune.id(), why));
    }
    if (tune != Tuning.LOSSLESS || capability.lossless().orElse(false)) {
      return Optional.empty();
    }
    return Optional.of(
        new Obstacle(
            "it encodes no " + codec() + " without loss",
            capability.lossless().isPresent()
                ? "says " + capability.source()
                : capability.source() + " does not say that it can"));
  }

  private Optional<Obstacle> rate() {
    return switch (settings.rate()) {
      case RateControl.Quality(var value, var cap) -> {
        QualityScale scale = recipe.quality();
        if (value.isPresent() && !scale.accepts(value.getAsDouble())) {
          yield Optional.of(
              new Obstacle(
                  recipe.encoder() + " has no quality " + scale.text(value.getAsDouble()),
                  "its "
                      + scale.name()
                      + " is "
                      + scale.text(scale.best())
                      + " (best) to "
                      + scale.text(scale.worst())));
        }
        yield cap.isPresent() && !recipe.capsQuality()
            ? Optional.of(
                new Obstacle(
                    recipe.encoder() + " takes no maximum with constant quality",
                    "not every driver has a mode for both, and which has cannot be asked"))
            : Optional.empty();
      }
      case RateControl.Bitrate _, RateControl.Lossless _ -> Optional.empty();
    };
  }

  private Optional<Obstacle> rateControl() {
    List<String> known = capability.features().rateControls();
    return recipe
        .rateControl(settings)
        .filter(mode -> !known.isEmpty() && !known.contains(mode))
        .map(mode ->
            new Obstacle(
                "its " + codec() + " encoder has no rate control " + mode,
                "it has " + String.join(", ", known) + ", says " + capability.source()));
  }

  // ---- adaptations

  private Accepted accepted() {
    List<Adaptation> adaptations = new ArrayList<>();
    Extras wanted = recipe.wanted(settings);
    int bFrames = bFrames(wanted.bFrames(), adaptations);
    Extras extras =
        new Extras(
            bFrames,
            references(wanted.references(), bFrames, adaptations),
            lookAhead(wanted.lookAhead(), adaptations),
            temporalAq(wanted.temporalAq(), adaptations));
    recipe
        .ignoresPreset(vendor)
        .ifPresent(why ->
            adaptations.add(
                new Adaptation("preset", settings.preset().id(), "left to the driver", why)));
    SequencedMap<String, String> options = recipe.options(settings, extras, vendor);
    if (!capability.features().customVbv().orElse(true) && options.containsKey("bufsize")) {
      adaptations.add(
          new Adaptation(
              "rate buffer",
              options.remove("bufsize") + " bits",
              "of the driver",
              "this device's " + codec() + " encoder has none that could be set"));
    }
    return new Accepted(options, adaptations);
  }

  private int bFrames(int wanted, List<Adaptation> adaptations) {
    int most =
        recipe.countsBFrames() || capability.bFrames().orElse(0) == 0
            ? capability.bFrames().orElse(0)
            : wanted;
    int taken = Math.min(wanted, most);
    if (taken < wanted) {
      adaptations.add(
          new Adaptation(
              "B-frames",
              Integer.toString(wanted),
              Integer.toString(taken),
              capability.bFrames().isEmpty()
                  ? unknown("has B-frames")
                  : taken == 0
                      ? "this device's " + codec() + " encoder has none"
                      : "this device's " + codec() + " encoder has no more"));
    }
    return taken;
  }

  private References references(References wanted, int bFrames, List<Adaptation> adaptations) {
    if (wanted == References.UNUSED || bFrames < 2) {
      return References.UNUSED;
    }
    Optional<Boolean> known =
        capability.features().bFrameReferences().map(which -> !which.isEmpty());
    if (known.isEmpty()) {
      adaptations.add(
          new Adaptation(
              "B-frames as references",
              "on",
              "left to the driver",
              unknown("predicts from B-frames")));
      return References.OF_THE_DRIVER;
    }
    if (!known.get()) {
      adaptations.add(missing("B-frames as references", "on"));
    }
    return known.get() ? References.USED : References.UNUSED;
  }

  private int lookAhead(int wanted, List<Adaptation> adaptations) {
    boolean has =
        leave("look-ahead", wanted > 0, wanted + " frames", capability.lookAhead(), adaptations);
    return has ? wanted : 0;
  }

  private boolean temporalAq(boolean wanted, List<Adaptation> adaptations) {
    return leave("temporal AQ", wanted, "on", capability.temporalAq(), adaptations);
  }

  /** Whether it is used; why it is not, if it was wanted, is noted. */
  private boolean leave(
      String subject,
      boolean wanted,
      String how,
      Optional<Boolean> known,
      List<Adaptation> adaptations) {
    boolean has = known.orElse(false);
    if (wanted && !has) {
      adaptations.add(
          known.isPresent()
              ? missing(subject, how)
              : new Adaptation(subject, how, "left out", unknown("has it")));
    }
    return wanted && has;
  }

  private Adaptation missing(String subject, String wanted) {
    return new Adaptation(
        subject, wanted, "left out", "this device's " + codec() + " encoder has none");
  }

  private String unknown(String what) {
    return capability.source() + " does not say that this device's " + codec() + " encoder " + what;
  }
}
