package dev.penstock.engine;

import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Seat;
import dev.penstock.planner.Recovery;
import dev.penstock.planner.Recovery.Fault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * The GPUs of a run: which piece works on which, and what failed on them. Pieces go to the GPU with
 * the most free engines. Safe from any thread.
 */
final class Seats {
  private static final long POLL_MILLIS = 200;

  private final Map<Seat, Work> work = new LinkedHashMap<>();
  private final Map<String, History> pieces = new HashMap<>();
  private final List<String> story = new ArrayList<>();

  private static final class Work {
    private int running;
    private int most = Integer.MAX_VALUE;
    private int faults;
    private boolean gone;
  }

  private static final class History {
    private final Set<Seat> failedOn = new HashSet<>();
    private int faults;
    private int waits;
  }

  Seats(Plan.Acceleration gpus) {
    gpus.seats().forEach(seat -> work.put(seat, new Work()));
  }

  /** How many pieces keep all engines busy. */
  synchronized int lanes() {
    return work.keySet().stream().mapToInt(Seat::engines).sum();
  }

  /**
   * A GPU for a piece, which waits until one has room.
   *
   * @param stopped whether to wait no longer
   * @return empty when it was stopped, or when no GPU is left that has not failed on the piece
   */
  synchronized Optional<Seat> take(Piece piece, BooleanSupplier stopped) {
    try {
      while (!stopped.getAsBoolean()) {
        List<Seat> usable = usable(piece);
        if (usable.isEmpty()) {
          return Optional.empty();
        }
        Optional<Seat> free = usable.stream().filter(this::hasRoom).min(this::compareLoad);
        if (free.isPresent()) {
          of(free.get()).running++;
          return free;
        }
        wait(POLL_MILLIS);
      }
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Aborted();
    }
  }

  private int compareLoad(Seat one, Seat other) {
    // Cross-multiplied, so that 1 of 1 engines counts for more than 1 of 3.
    return Integer.compare(of(one).running * other.engines(), of(other).running * one.engines());
  }

  private boolean hasRoom(Seat seat) {
    return of(seat).running < of(seat).most;
  }

  private List<Seat> usable(Piece piece) {
    Set<Seat> failedOn = history(piece).failedOn;
    return work.entrySet().stream()
        .filter(entry -> !entry.getValue().gone && !failedOn.contains(entry.getKey()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The piece leaves the GPU, and has not failed on it. */
  synchronized void leave(Seat seat) {
    of(seat).running--;
    notifyAll();
  }

  /**
   * The piece leaves the GPU, as it failed on it: decides what becomes of both. In one step, so
   * that no other takes its place before it is known how many are too many.
   *
   * @param opens whether the GPU can be opened again
   * @param why for the report
   */
  synchronized Recovery failed(Piece piece, Seat seat, Fault fault, boolean opens, String why) {
    Work on = of(seat);
    on.running--;
    History history = history(piece);
    if (fault == Fault.LOST) {
      on.faults++;
      history.faults += opens ? 1 : 0;
    }
    boolean more = usable(piece).stream().anyMatch(other -> !other.equals(seat));
    Recovery action =
        Recovery.of(
            new Recovery.Facts(
                fault, opens, on.running, history.waits, history.faults, on.faults, more));
    switch (action) {
      case ELSEWHERE -> history.failedOn.add(seat);
      case WITHOUT_IT -> on.gone = true;
      case FEWER -> on.most = Math.max(1, Math.min(on.most, on.running));
      case LATER -> history.waits++;
      case IN_TURN, NEXT_WAY, QUARANTINE -> {}
    }
    tell(seat + " failed in " + piece.name() + ": " + why + "; " + words(action, on));
    notifyAll();
    return action;
  }

  private static String words(Recovery action, Work on) {
    return switch (action) {
      case ELSEWHERE -> "another GPU does it again";
      case WITHOUT_IT -> "another GPU does it again, and this one is left out from here on";
      case FEWER -> "it gets no more than " + on.most + " at once from here on";
      case LATER -> "tried again until others have left it";
      case IN_TURN -> "it gets its turn when a session is free";
      case NEXT_WAY -> "no GPU is left for it";
      case QUARANTINE ->
          "it is the second GPU that failed on it and works otherwise, so the input is to blame";
    };
  }

  private Work of(Seat seat) {
    return java.util.Objects.requireNonNull(work.get(seat));
  }

  private History history(Piece piece) {
    return pieces.computeIfAbsent(piece.name(), _ -> new History());
  }

  /** Adds to the story what is not in it yet. */
  synchronized void tell(String line) {
    if (!story.contains(line)) {
      story.add(line);
    }
  }

  /** What failed and what was done about it, in order. */
  synchronized List<String> story() {
    return List.copyOf(story);
  }
}
