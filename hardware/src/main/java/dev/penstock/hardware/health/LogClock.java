package dev.penstock.hardware.health;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;

/**
 * What turns the times of a log into instants.
 *
 * @param now no line is from later; it gives the year to dates that have none
 * @param boot when the machine whose log it is was started; times since then are no instants
 *     without it
 * @param zone of dates that name none
 */
public record LogClock(Instant now, Optional<Instant> boot, ZoneId zone) {
  private static final Duration SLACK = Duration.ofDays(1);

  /** For a log of which nothing is known but that it is not from the future. */
  public static LogClock of(Instant now, ZoneId zone) {
    return new LogClock(now, Optional.empty(), zone);
  }

  Optional<Instant> sinceBoot(Duration uptime) {
    return boot.map(start -> start.plus(uptime));
  }

  Instant local(LocalDateTime time) {
    return time.atZone(zone).toInstant();
  }

  /** A date without a year: in the last year in which it is not in the future. */
  Instant withoutYear(int month, int day, int hour, int minute, int second) {
    int year = now.atZone(zone).getYear();
    for (int tried = year; ; tried--) {
      Optional<Instant> at = date(tried, month, day, hour, minute, second);
      if (at.isPresent() && !at.get().isAfter(now.plus(SLACK))) {
        return at.get();
      }
      if (tried == year - 8) {
        return now;
      }
    }
  }

  private Optional<Instant> date(int year, int month, int day, int hour, int minute, int second) {
    try {
      return Optional.of(local(LocalDateTime.of(year, month, day, hour, minute, second)));
    } catch (java.time.DateTimeException _) {
      // 29 February.
      return Optional.empty();
    }
  }
}
