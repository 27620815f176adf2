package dev.penstock.planner;

import dev.penstock.model.Capabilities.EncoderFacts;
import dev.penstock.model.Capabilities.OptionFacts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;

/** The options of {@code --encoder-option}: checked, put last, and winning over Penstock's own. */
final class UserOptions {
  private static final Set<String> SWITCH_WORDS =
      Set.of("0", "1", "-1", "true", "false", "on", "off", "yes", "no", "auto", "y", "n");

  private UserOptions() {}

  static SequencedMap<String, String> apply(
      Request request,
      EncoderChoice encoder,
      SequencedMap<String, String> own,
      String pixelFormat) {
    SequencedMap<String, String> options = new LinkedHashMap<>(own);
    // Sorted, because the job holds them in no particular order.
    new TreeMap<>(request.spec().video().encoderOptions())
        .forEach((name, value) -> put(name, value, encoder, options, request.ledger()));
    encoder
        .recipe()
        .conflict(options, pixelFormat)
        .ifPresent(why -> refuseTogether(why, encoder, request.ledger()));
    return options;
  }

  /**
   * The same options for an analysis: an encoder takes its notes only for an encoding that makes
   * the same kinds of pictures. What is wrong with them has been said.
   */
  static SequencedMap<String, String> merged(
      Request request, SequencedMap<String, String> analysis) {
    SequencedMap<String, String> options = new LinkedHashMap<>(analysis);
    new TreeMap<>(request.spec().video().encoderOptions())
        .forEach((name, value) ->
            options.merge(name, value, (own, more) -> isList(name) ? more + ":" + own : more));
    return options;
  }

  private static void refuseTogether(String why, EncoderChoice encoder, Ledger ledger) {
    ledger.refuse(
        "--encoder-option",
        encoder.recipe().encoder() + " does not take these options for these pictures",
        "the profile " + why,
        "leave the profile away, or ask for another --pixel-format or --quality");
  }

  private static void put(
      String name,
      String value,
      EncoderChoice encoder,
      SequencedMap<String, String> options,
      Ledger ledger) {
    Optional<OptionFacts> facts = encoder.facts().option(name);
    if (facts.isEmpty()) {
      refuseName(name, encoder.facts(), ledger);
      return;
    }
    List<String> words = encoder.recipe().words().getOrDefault(name, List.of());
    if (!accepts(facts.get(), value) || !accepts(words, value)) {
      refuseValue(name, value, encoder, accepted(facts.get(), words), ledger);
      return;
    }
    String own = options.remove(name);
    String merged = own != null && isList(name) ? own + ":" + value : value;
    options.putLast(name, merged);
    if (own != null && !isList(name)) {
      ledger.note("--encoder-option " + name + "=" + value + " replaces Penstock's own " + own);
    }
    ledger.decide(
        "encoder option " + name, merged, "--encoder-option asks for it, after all others");
  }

  /** Lists of the encoder's native parameters, in which a later entry wins. */
  private static boolean isList(String name) {
    return name.endsWith("-params");
  }

  /** Whether libav takes the value, as far as the option tells. */
  static boolean accepts(OptionFacts option, String value) {
    if (option.constants().contains(value)) {
      return true;
    }
    return switch (option.kind()) {
      case TEXT -> true;
      case SWITCH -> SWITCH_WORDS.contains(value);
      case NUMBER -> inRange(option, value);
    };
  }

  /** Words may be joined, as tunes are. */
  private static boolean accepts(List<String> words, String value) {
    return words.isEmpty() || words.containsAll(List.of(value.split("[,./+-]")));
  }

  private static boolean inRange(OptionFacts option, String value) {
    try {
      double number = Double.parseDouble(value);
      return number >= option.min() && number <= option.max();
    } catch (NumberFormatException _) {
      return false;
    }
  }

  private static void refuseName(String name, EncoderFacts encoder, Ledger ledger) {
    List<String> names = encoder.options().stream().map(OptionFacts::name).sorted().toList();
    String nearest =
        Spelling.nearest(name, names)
            .map(known -> "did you mean " + known + "?")
            .orElse("see 'ffmpeg -h encoder=" + encoder.name() + "', or leave it away");
    ledger.refuse(
        "--encoder-option " + name,
        encoder.name() + " has no such option",
        "options are those of the encoder itself, by libav's names",
        nearest);
  }

  private static void refuseValue(
      String name, String value, EncoderChoice encoder, String accepted, Ledger ledger) {
    ledger.refuse(
        "--encoder-option " + name + "=" + value,
        encoder.recipe().encoder() + " does not take this value",
        "it takes " + accepted,
        "give one of those");
  }

  private static String accepted(OptionFacts option, List<String> only) {
    if (!only.isEmpty()) {
      return String.join(", ", only);
    }
    String words = String.join(", ", option.constants());
    String base =
        switch (option.kind()) {
          case TEXT -> "any text";
          case SWITCH -> "0 or 1";
          case NUMBER -> "a number from " + plain(option.min()) + bound(option.max());
        };
    return words.isEmpty() ? base : base + ", or one of: " + words;
  }

  private static String bound(double max) {
    return max > Long.MAX_VALUE ? " up" : " to " + plain(max);
  }

  private static String plain(double value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    return whole ? Long.toString((long) value) : Double.toString(value);
  }
}
