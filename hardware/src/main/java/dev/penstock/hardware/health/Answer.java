package dev.penstock.hardware.health;

import dev.penstock.model.Finding;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an error, a log or a question comes down to.
 *
 * @param causes the first real cause first, then what else went wrong, in the order of the text;
 *     empty when nothing was recognised
 * @param trailers ids of messages that only report a failure, which were passed over
 * @param near questions that are like what was asked, when nothing was recognised
 * @param lookedFor what was looked for, when nothing was recognised
 */
public record Answer(
    List<Cause> causes, List<String> trailers, List<Near> near, List<String> lookedFor) {
  public Answer {
    causes = List.copyOf(causes);
    trailers = List.copyOf(trailers);
    near = List.copyOf(near);
    lookedFor = List.copyOf(lookedFor);
  }

  /**
   * The same with UUIDs where none were known.
   *
   * @param uuids by PCI address
   */
  public Answer identified(Map<String, String> uuids) {
    return new Answer(
        causes.stream().map(cause -> cause.identified(uuids)).toList(), trailers, near, lookedFor);
  }

  /** How much a kind of evidence weighs, the most first. */
  public enum Rank {
    KERNEL,
    API,
    EXIT_CODE,
    TEXT,
    QUESTION
  }

  /** A question one could have meant. */
  public record Near(String id, String question) {}

  /**
   * One thing that went wrong.
   *
   * @param id of its row in the catalogue
   * @param said the line that says so, as it stands there; not safe to print
   * @param line its number in the text, from 1
   * @param count how often it was said
   * @param lost what is over, in words
   * @param vendorAction NVIDIA's own actions for a code of its driver
   * @param checks names of checks of {@code penstock doctor} that confirm it
   * @param remedies what helps, the first to try first
   */
  public record Cause(
      String id,
      Rank rank,
      String title,
      Optional<String> said,
      OptionalInt line,
      int count,
      Optional<Instant> first,
      Optional<Instant> last,
      Optional<String> device,
      Optional<String> uuid,
      Optional<String> process,
      Optional<String> detail,
      Severity severity,
      Lost lost,
      String means,
      Optional<String> vendorAction,
      List<String> checks,
      List<Finding.Remedy> remedies,
      List<String> sources) {
    public Cause {
      checks = List.copyOf(checks);
      remedies = List.copyOf(remedies);
      sources = List.copyOf(sources);
    }

    /** The same, said another number of times, and the last time then. */
    Cause times(int said, Optional<Instant> until) {
      return with(said, until, uuid);
    }

    /** The same with the UUID of its device, where it has none and one is known. */
    Cause identified(Map<String, String> uuids) {
      return with(count, last, uuid.or(() -> device.map(uuids::get)));
    }

    private Cause with(int said, Optional<Instant> until, Optional<String> named) {
      return new Cause(
          id,
          rank,
          title,
          this.said,
          line,
          said,
          first,
          until,
          device,
          named,
          process,
          detail,
          severity,
          lost,
          means,
          vendorAction,
          checks,
          remedies,
          sources);
    }
  }
}
