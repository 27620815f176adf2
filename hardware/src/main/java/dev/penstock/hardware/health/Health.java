package dev.penstock.hardware.health;

import dev.penstock.hardware.health.Thresholds.Escalation;
import dev.penstock.hardware.health.Verdict.Condition;
import dev.penstock.hardware.health.Verdict.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Judges devices by samples and events. Pure: the same history gives the same verdict, at any
 * number of calls. A state is judged by the last sample that knows it, with another figure for its
 * end than for its beginning; an event counts until a repair ends it, which may be another event,
 * or its time is over.
 */
public final class Health {
  private static final long HARDWARE_SLOWDOWN = 0x08 | 0x40 | 0x80;
  private static final long THERMAL_SLOWDOWN = 0x20;
  private static final Duration TRANSIENT = Duration.ofMinutes(10);

  private final Thresholds thresholds;
  private final Instant now;

  private Health(Thresholds thresholds, Instant now) {
    this.thresholds = thresholds;
    this.now = now;
  }

  /**
   * A verdict for every device that a sample or an event names, by PCI address.
   *
   * @param samples of any devices, of at least the windows that the thresholds name
   * @param events with their times, in the order of the log; those without one are not judged
   */
  public static Map<String, Verdict> judge(
      List<Vitals> samples,
      List<KernelEvent> events,
      List<Repair> repairs,
      Thresholds thresholds,
      Instant now) {
    Health health = new Health(thresholds, now);
    List<Dated> dated = dated(events);
    List<Dated> ends = dated.stream().filter(each -> each.event().repairs().isPresent()).toList();
    Set<String> devices = new TreeSet<>();
    samples.forEach(sample -> devices.add(sample.device()));
    events.forEach(event -> event.device().ifPresent(devices::add));
    Map<String, Verdict> verdicts = new TreeMap<>();
    for (String device : devices) {
      verdicts.put(
          device,
          health.verdict(
              device,
              samples.stream()
                  .filter(sample -> sample.device().equals(device))
                  .sorted(Comparator.comparing(Vitals::at))
                  .toList(),
              dated.stream().filter(each -> each.isFaultOf(device)).toList(),
              new Ends(
                  repairs.stream().filter(repair -> repair.device().equals(device)).toList(),
                  ends)));
    }
    return verdicts;
  }

  /**
   * An event with its time.
   *
   * @param place in the log, since several events have the same time
   */
  private record Dated(KernelEvent event, Instant at, int place) {
    private static final Comparator<Dated> ORDER =
        Comparator.comparing(Dated::at).thenComparingInt(Dated::place);

    boolean isFaultOf(String device) {
      return event.device().equals(Optional.of(device)) && !event.secondary();
    }
  }

  private static List<Dated> dated(List<KernelEvent> events) {
    List<Dated> dated = new ArrayList<>();
    for (KernelEvent event : events) {
      event.at().ifPresent(at -> dated.add(new Dated(event, at, dated.size())));
    }
    return dated.stream().sorted(Dated.ORDER).toList();
  }

  /**
   * What ends faults.
   *
   * @param repairs of the device
   * @param events of any device that tell of one; it ends itself too: the driver says that it
   *     resets a device, and only when that fails another word
   */
  private record Ends(List<Repair> repairs, List<Dated> events) {
    boolean have(Dated fault) {
      return repairs.stream()
              .anyMatch(
                  repair -> repair.at().isAfter(fault.at()) && repair.ends(fault.event().lost()))
          || events.stream()
              .anyMatch(
                  end -> Dated.ORDER.compare(end, fault) >= 0 && end.event().ends(fault.event()));
    }
  }

  private Verdict verdict(String device, List<Vitals> samples, List<Dated> events, Ends ends) {
    List<Condition> holding = new ArrayList<>();
    state(samples, holding);
    temperature(samples, holding);
    throttling(samples, holding);
    List<Dated> open =
        events.stream().filter(event -> !event.at().isAfter(now) && !ends.have(event)).toList();
    faults(open, samples, holding);
    escalations(events, open, holding);
    broken(events, holding);
    holding.sort(Comparator.comparing(Condition::level).reversed().thenComparing(Condition::since));
    return holding.isEmpty()
        ? new Verdict(device, Level.HEALTHY, List.of(), now)
        : new Verdict(device, holding.getFirst().level(), holding, holding.getFirst().since());
  }

  // ---- what the last sample says

  private void state(List<Vitals> samples, List<Condition> holding) {
    if (samples.isEmpty()) {
      return;
    }
    gone(samples).ifPresent(holding::add);
    Vitals last = samples.getLast();
    if (last.hung()) {
      holding.add(condition("hung", Level.SUSPECT, "its driver does not answer", last, "reboot"));
    }
    last(samples, sample -> sample.recoveryAction().isPresent())
        .ifPresent(sample -> recovery(sample, holding));
    last(samples, sample -> sample.remapFailure().isPresent())
        .filter(sample -> sample.remapFailure().orElse(false))
        .ifPresent(sample ->
            holding.add(
                condition(
                    "remap-failure",
                    Level.SUSPECT,
                    "bad memory could not be put out of use",
                    sample,
                    "rma")));
    last(samples, sample -> sample.remapPending().isPresent())
        .filter(sample -> sample.remapPending().orElse(false))
        .ifPresent(sample ->
            holding.add(
                condition(
                    "remap-pending",
                    Level.DEGRADED,
                    "bad memory waits for a reset to be put out of use",
                    sample,
                    "reset_when_idle")));
    last(samples, sample -> sample.uncorrectedErrors().isPresent())
        .filter(sample -> sample.uncorrectedErrors().orElse(0) > 0)
        .ifPresent(sample ->
            holding.add(
                condition(
                    "uncorrected-errors",
                    Level.SUSPECT,
                    sample.uncorrectedErrors().orElse(0) + " uncorrected memory errors",
                    sample,
                    "reset_gpu")));
  }

  /** Lost from the first sample that says so until enough good ones have followed one another. */
  private Optional<Condition> gone(List<Vitals> samples) {
    Optional<Vitals> since = Optional.empty();
    int good = 0;
    for (Vitals sample : samples) {
      good = sample.lost() ? 0 : good + 1;
      if (sample.lost() && since.isEmpty()) {
        since = Optional.of(sample);
      } else if (good >= thresholds.goodSamples()) {
        since = Optional.empty();
      }
    }
    return since.map(
        sample -> condition("lost", Level.LOST, "it does not answer on the bus", sample, "reboot"));
  }

  private static void recovery(Vitals sample, List<Condition> holding) {
    int action = sample.recoveryAction().orElse(0);
    switch (action) {
      case 0 -> {}
      case 1, 4 ->
          holding.add(
              condition(
                  "recovery-action",
                  Level.SUSPECT,
                  "its driver asks for a reset",
                  sample,
                  "reset_gpu"));
      case 2 ->
          holding.add(
              condition(
                  "recovery-action",
                  Level.LOST,
                  "its driver asks for a restart",
                  sample,
                  "reboot"));
      default ->
          holding.add(
              condition(
                  "recovery-action",
                  Level.DEGRADED,
                  "its driver asks for action " + action,
                  sample,
                  "follow_recovery"));
    }
  }

  private static Condition condition(
      String id, Level level, String why, Vitals sample, String... actions) {
    return new Condition(id, level, why, sample.at(), List.of(actions));
  }

  private static Optional<Vitals> last(
      List<Vitals> samples, java.util.function.Predicate<Vitals> known) {
    return samples.reversed().stream().filter(known).findFirst();
  }

  // ---- heat

  private void temperature(List<Vitals> samples, List<Condition> holding) {
    over(samples, Vitals::celsius, Vitals::slowdownCelsius, "temperature", holding);
    over(samples, Vitals::memoryCelsius, Vitals::memoryLimitCelsius, "memory-temperature", holding);
  }

  private void over(
      List<Vitals> samples,
      java.util.function.Function<Vitals, OptionalDouble> value,
      java.util.function.Function<Vitals, OptionalDouble> limit,
      String id,
      List<Condition> holding) {
    Optional<Condition> hot = Optional.empty();
    for (Vitals sample : samples) {
      if (value.apply(sample).isEmpty() || limit.apply(sample).isEmpty()) {
        continue;
      }
      double margin = limit.apply(sample).getAsDouble() - value.apply(sample).getAsDouble();
      if (margin > thresholds.temperatureClear()) {
        hot = Optional.empty();
      } else if (margin <= 0) {
        hot = Optional.of(hot(sample, id, Level.SUSPECT, value, limit, hot));
      } else if (margin <= thresholds.temperatureMargin()) {
        hot = Optional.of(hot(sample, id, Level.DEGRADED, value, limit, hot));
      }
    }
    hot.ifPresent(holding::add);
  }

  private static Condition hot(
      Vitals sample,
      String id,
      Level level,
      java.util.function.Function<Vitals, OptionalDouble> value,
      java.util.function.Function<Vitals, OptionalDouble> limit,
      Optional<Condition> before) {
    return new Condition(
        id,
        level,
        Math.round(value.apply(sample).orElseThrow())
            + " °C, the limit is "
            + Math.round(limit.apply(sample).orElseThrow())
            + " °C",
        before.map(Condition::since).orElse(sample.at()),
        List.of("check_heat"));
  }

  // ---- throttling

  private void throttling(List<Vitals> samples, List<Condition> holding) {
    List<Vitals> known =
        samples.stream().filter(sample -> sample.eventReasons().isPresent()).toList();
    share(known, HARDWARE_SLOWDOWN, thresholds.throttleShare(), thresholds.throttleClear())
        .ifPresent(since ->
            holding.add(
                new Condition(
                    "slowed-down",
                    Level.SUSPECT,
                    "slowed down by heat, power or an external brake again and again",
                    since,
                    List.of("check_power", "check_heat"))));
    share(known, THERMAL_SLOWDOWN, thresholds.thermalShare(), thresholds.thermalShare() / 2)
        .ifPresent(since ->
            holding.add(
                new Condition(
                    "thermal-throttling",
                    Level.DEGRADED,
                    "slowed down by its driver for heat",
                    since,
                    List.of("check_heat"))));
  }

  /** Since when the share of samples with a reason, in the window before each, is too large. */
  private Optional<Instant> share(List<Vitals> samples, long reasons, double begin, double end) {
    Optional<Instant> since = Optional.empty();
    int first = 0;
    int with = 0;
    for (int i = 0; i < samples.size(); i++) {
      with += has(samples.get(i), reasons);
      while (samples
          .get(first)
          .at()
          .isBefore(samples.get(i).at().minus(thresholds.throttleWindow()))) {
        with -= has(samples.get(first), reasons);
        first++;
      }
      double share = (double) with / (i - first + 1);
      // One sample of few is no share.
      if (share >= begin && with >= FEW && since.isEmpty()) {
        since = Optional.of(samples.get(i).at());
      } else if (share < end) {
        since = Optional.empty();
      }
    }
    return since;
  }

  private static final int FEW = 3;

  private static int has(Vitals sample, long reasons) {
    return (sample.eventReasons().orElse(0) & reasons) == 0 ? 0 : 1;
  }

  // ---- events

  private void faults(List<Dated> open, List<Vitals> samples, List<Condition> holding) {
    for (Dated dated : open) {
      KernelEvent event = dated.event();
      switch (event.severity()) {
        case NODE -> {
          if (!unproven(event)) {
            holding.add(fault(dated, Level.LOST));
          }
        }
        case GPU -> {
          if (!asksNothingSince(dated, samples)) {
            holding.add(fault(dated, unproven(event) ? Level.DEGRADED : Level.SUSPECT));
          }
        }
        case SESSION -> {
          if (dated.at().isAfter(now.minus(TRANSIENT))) {
            holding.add(fault(dated, Level.DEGRADED));
          }
        }
        case WARNING, INFO -> {}
      }
    }
  }

  /** A message nobody has captured yet may not take a device away. */
  private static boolean unproven(KernelEvent event) {
    return event.entry() instanceof Entry.KernelMessage message && !message.captured();
  }

  /** The state beats the event: the driver knows whether a reset is still needed. */
  private boolean asksNothingSince(Dated dated, List<Vitals> samples) {
    if (dated.event().entry() instanceof Entry.Xid xid && UNTIL_RESET.contains(xid.xid())) {
      return false;
    }
    List<Vitals> after =
        samples.stream()
            .filter(
                sample -> sample.at().isAfter(dated.at()) && sample.recoveryAction().isPresent())
            .toList();
    return after.size() >= thresholds.goodSamples()
        && after.stream().allMatch(sample -> sample.recoveryAction().orElse(-1) == 0);
  }

  /** After these nothing on the device may be trusted, whatever the driver says. */
  private static final Set<Integer> UNTIL_RESET = Set.of(48, 62, 95, 119, 120, 140);

  private static Condition fault(Dated dated, Level level) {
    return new Condition(
        dated.event().code(),
        level,
        dated.event().entry().title(),
        dated.at(),
        dated.event().entry().actions());
  }

  private void escalations(List<Dated> events, List<Dated> open, List<Condition> holding) {
    for (Escalation rule : thresholds.escalations()) {
      List<Dated> matching =
          (rule.despiteRepairs() ? events : open)
              .stream()
                  .filter(dated -> rule.codes().contains(dated.event().code()))
                  .filter(dated -> dated.at().isAfter(now.minus(rule.within())))
                  .toList();
      if (matching.size() >= rule.count()) {
        holding.add(
            new Condition(
                "repeated " + matching.getLast().event().code(),
                rule.level(),
                matching.size() + " times: " + rule.why(),
                matching.get(rule.count() - 1).at(),
                rule.actions()));
      }
    }
  }

  /** Repairs do not end this: it is about a device that needs them too often. */
  private void broken(List<Dated> events, List<Condition> holding) {
    int bursts = 0;
    Instant last = Instant.MIN;
    Instant since = now;
    for (Dated dated : events) {
      boolean fatal = dated.event().severity().compareTo(Severity.GPU) >= 0;
      if (fatal && dated.at().isAfter(now.minus(thresholds.fatalWindow()))) {
        if (last.equals(Instant.MIN) || dated.at().isAfter(last.plus(thresholds.burst()))) {
          bursts++;
          since = dated.at();
        }
        last = dated.at();
      }
    }
    if (bursts >= thresholds.fatalCount()) {
      holding.add(
          new Condition(
              "hardware",
              Level.SUSPECT,
              bursts
                  + " faults of the device within "
                  + thresholds.fatalWindow().toHours()
                  + " hours",
              since,
              List.of("collect", "rma")));
    }
  }
}
