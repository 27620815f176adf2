package dev.penstock.cli;

import java.util.List;

/** Tracks counted from 1, as {@code 1,3} on the command line. */
record TrackNumbers(List<Integer> numbers) {
  TrackNumbers {
    numbers = List.copyOf(numbers);
  }
}
