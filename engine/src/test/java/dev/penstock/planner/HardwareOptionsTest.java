package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.Survey;
import dev.penstock.model.Capabilities.EncoderFacts;
import dev.penstock.model.Capabilities.OptionFacts;
import dev.penstock.model.Capability.Api;
import dev.penstock.model.Device.Vendor;
import dev.penstock.model.Preset;
import dev.penstock.model.Size;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.EncoderRecipe.Settings;
import dev.penstock.planner.RateControl.Bitrate;
import dev.penstock.planner.RateControl.Cap;
import dev.penstock.planner.RateControl.Lossless;
import dev.penstock.planner.RateControl.Quality;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every option that a hardware recipe may set is one that the linked libav has. */
class HardwareOptionsTest {
  /** Those that the bundled libraries are built without. */
  private static final List<String> NOT_BUILT =
      List.of("h264_amf", "hevc_amf", "av1_amf", "av1_qsv", "av1_vulkan");

  static Stream<HardwareRecipe> recipes() {
    return Stream.of(VideoCodec.values()).flatMap(codec -> HardwareRecipe.of(codec).stream());
  }

  static Stream<HardwareRecipe> linked() {
    return recipes().filter(recipe -> !NOT_BUILT.contains(recipe.encoder()));
  }

  /** The others name surfaces, whose formats the driver decides on. */
  static Stream<HardwareRecipe> linkedWithFormats() {
    return linked().filter(recipe -> recipe.api() == Api.NVENC || recipe.api() == Api.QSV);
  }

  private static EncoderFacts facts(HardwareRecipe recipe) {
    return Survey.declared().encoder(recipe.encoder()).orElseThrow();
  }

  @Test
  void encoders_areLinkedButForThoseKnown() {
    assertThat(recipes().map(HardwareRecipe::encoder))
        .filteredOn(encoder -> Survey.declared().encoder(encoder).isEmpty())
        .containsExactlyInAnyOrderElementsOf(NOT_BUILT);
  }

  @ParameterizedTest
  @MethodSource("linked")
  void options_areThoseOfTheLinkedLibav(HardwareRecipe recipe) {
    EncoderFacts facts = facts(recipe);
    TreeSet<String> wrong = new TreeSet<>();
    for (Settings settings : everySetting(recipe)) {
      for (Vendor vendor : Vendor.values()) {
        check(recipe.options(settings, recipe.wanted(settings), vendor), facts, wrong);
        check(recipe.options(settings), facts, wrong);
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static void check(
      SequencedMap<String, String> options, EncoderFacts facts, TreeSet<String> wrong) {
    options.forEach((name, value) -> {
      Optional<OptionFacts> option = facts.option(name);
      if (option.isEmpty()) {
        wrong.add(name);
      } else if (!takes(option.get(), value)) {
        wrong.add(name + "=" + value);
      }
    });
  }

  private static boolean takes(OptionFacts option, String value) {
    boolean flags = option.kind() == OptionFacts.Kind.TEXT && !option.constants().isEmpty();
    return flags
        ? option.constants().containsAll(List.of(value.replaceFirst("^\\+", "").split("\\+")))
        : UserOptions.accepts(option, value);
  }

  @ParameterizedTest
  @MethodSource("linkedWithFormats")
  void surfaces_areThoseOfTheLinkedLibav(HardwareRecipe recipe) {
    assertThat(facts(recipe).pixelFormats()).containsAll(recipe.pixelFormats());
  }

  private static List<Settings> everySetting(HardwareRecipe recipe) {
    List<Settings> all = new ArrayList<>();
    for (Preset preset : Preset.values()) {
      for (Tuning tune : Tuning.values()) {
        for (RateControl rate : rates(recipe, tune)) {
          for (KeyFrames keys :
              List.of(
                  new KeyFrames(250, Optional.empty()), KeyFrames.aligned(Duration.ofSeconds(2)))) {
            all.add(settings(preset, tune, rate, keys, Optional.empty()));
            recipe
                .profiles()
                .forEach(
                    profile -> all.add(settings(preset, tune, rate, keys, Optional.of(profile))));
          }
        }
      }
    }
    return all;
  }

  private static List<RateControl> rates(HardwareRecipe recipe, Tuning tune) {
    if (tune == Tuning.LOSSLESS) {
      return recipe.lacks(tune, "nv12").isPresent() ? List.of() : List.of(new Lossless());
    }
    Optional<Cap> cap = Optional.of(new Cap(8_000_000, 16_000_000));
    return List.of(
        new Quality(OptionalDouble.empty(), Optional.empty()),
        new Quality(OptionalDouble.of(recipe.quality().best()), Optional.empty()),
        new Quality(OptionalDouble.of(recipe.quality().worst()), cap),
        new Bitrate(5_000_000, Optional.empty()),
        new Bitrate(5_000_000, cap),
        new Bitrate(8_000_000, cap));
  }

  private static Settings settings(
      Preset preset, Tuning tune, RateControl rate, KeyFrames keys, Optional<String> profile) {
    return new Settings(
        preset,
        tune,
        rate,
        keys,
        /* threads= */ 1,
        new Size(1920, 1080),
        "nv12",
        /* constantRate= */ true,
        /* piece= */ false,
        profile,
        tune.isLowLatency() ? OptionalLong.of(200_000) : OptionalLong.empty());
  }
}
