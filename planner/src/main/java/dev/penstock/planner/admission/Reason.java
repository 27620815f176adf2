package dev.penstock.planner.admission;

import dev.penstock.model.Load.Dimension;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Why work does not begin on a GPU, or at all.
 *
 * @param gpu key; empty where it is about the processor or the whole machine
 * @param dimension of which there is too little; empty where it is about something else
 * @param used in the units of {@link dev.penstock.model.Load}
 * @param asked that the work needs at least
 * @param limit that both together are beyond
 * @param holders who has it, with amounts, the largest first
 * @param text all of it, for people
 */
public record Reason(
    Optional<String> gpu,
    Optional<Dimension> dimension,
    OptionalLong used,
    OptionalLong asked,
    OptionalLong limit,
    List<String> holders,
    String text) {
  public Reason {
    holders = List.copyOf(holders);
  }

  static Reason of(Optional<String> gpu, String text) {
    return new Reason(
        gpu,
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        List.of(),
        text);
  }

  /** That nobody knows what is in use. */
  static Reason unread(Gauge gauge) {
    String why = gauge.unread().map(absent -> absent.source() + ": " + absent.text()).orElse("");
    return new Reason(
        gauge.gpu(),
        Optional.of(gauge.dimension()),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.of(gauge.limit()),
        List.of(),
        gauge.who()
            + ": nobody knows how much of its "
            + gauge.dimension().label()
            + " is in use ("
            + why
            + "); nothing new begins before that is read again");
  }

  /** That there is too little. */
  static Reason full(Gauge gauge, long asked, boolean keepsReserve) {
    long limit = gauge.limit(keepsReserve);
    List<String> holders =
        gauge.holders().stream()
            .map(each -> each.who() + " " + gauge.words(each.amount()))
            .toList();
    return new Reason(
        gauge.gpu(),
        Optional.of(gauge.dimension()),
        OptionalLong.of(gauge.used()),
        OptionalLong.of(asked),
        OptionalLong.of(limit),
        holders,
        gauge.who()
            + ": "
            + gauge.dimension().label()
            + ": "
            + gauge.words(gauge.used())
            + " in use"
            + (asked > 0 ? ", " + gauge.words(asked) + " more wanted" : "")
            + ", limit "
            + gauge.words(limit)
            + qualified(gauge, limit)
            + (holders.isEmpty() ? "" : "; held by " + listed(holders)));
  }

  private static String qualified(Gauge gauge, long limit) {
    if (limit < gauge.limit()) {
      return " for batch work, which leaves " + gauge.words(gauge.limit() - limit) + " to others";
    }
    return gauge.unread().isPresent() ? ", as nobody can tell what others take" : "";
  }

  private static String listed(List<String> holders) {
    int most = 4;
    String first = String.join(", ", holders.subList(0, Math.min(most, holders.size())));
    return holders.size() > most ? first + " and " + (holders.size() - most) + " more" : first;
  }
}
