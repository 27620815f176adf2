package dev.penstock.cli;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Bits per second, as {@code 5M}, {@code 800k} or {@code 2500000} on the command line. */
record BitRate(long bitsPerSecond) {
  /** Of an option that may not have been given. */
  static OptionalLong optional(@Nullable BitRate rate) {
    return rate == null ? OptionalLong.empty() : OptionalLong.of(rate.bitsPerSecond());
  }
}
